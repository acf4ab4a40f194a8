using System.Diagnostics;

namespace PersoMesh.PrivateServers;

/// <summary>Starts programs that outlive this process, with their output in a file.</summary>
public static class DetachedProcess
{
    /// <summary>Starts a program in a session of its own (Linux).</summary>
    /// <param name="program">Path or name of the program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables added to this process's own; a null value removes one.</param>
    /// <param name="logFile">Receives standard output and standard error, appended.</param>
    /// <returns>The process identifier.</returns>
    public static int Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment, string logFile)
    {
        // exec keeps the identifier: shell, setsid and program are one process after the other.
        var start = new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", "log=$1; shift; exec setsid \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", logFile, program } };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"'{program}' could not be started.");
        return process.Id;
    }

    /// <summary>Asks a process to stop (SIGTERM) and, if it does not within the time, kills it.</summary>
    /// <returns>False when no such process ran.</returns>
    public static async Task<bool> StopAsync(int processId, TimeSpan patience)
    {
        if (!IsRunning(processId))
            return false;
        Signal("-TERM", processId);
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < patience;)
        {
            if (!IsRunning(processId))
                return true;
            await Task.Delay(50);
        }

        Signal("-KILL", processId);
        return true;
    }

    /// <summary>Kills a process (SIGKILL): it gets no chance to do anything more. Returns when it is gone.</summary>
    public static async Task KillAsync(int processId)
    {
        if (!IsRunning(processId))
            return;
        Signal("-KILL", processId);
        while (IsRunning(processId))
            await Task.Delay(10);
    }

    /// <summary>Makes a process stand still (SIGSTOP) until <see cref="Resume"/>.</summary>
    public static void Pause(int processId) => Signal("-STOP", processId);

    /// <summary>Lets a process go on (SIGCONT).</summary>
    public static void Resume(int processId) => Signal("-CONT", processId);

    /// <summary>True while the process exists and is not a zombie.</summary>
    public static bool IsRunning(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Processor time (user and system) that a process has used, or zero when it is gone.</summary>
    public static TimeSpan ProcessorTime(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.TotalProcessorTime;
        }
        catch (ArgumentException)
        {
            return TimeSpan.Zero;
        }
    }

    static void Signal(string signal, int processId)
    {
        using var kill = Process.Start("kill", [signal, processId.ToString()]);
        kill.WaitForExit();
    }
}
