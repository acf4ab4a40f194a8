namespace PersoMesh.CardSimulator.Commands;

/// <summary>The issuer security domain: the commands it knows (GPC 2.3.1 Table 11-1).</summary>
static class SecurityDomain
{
    public static CardResponse Execute(CardRuntime card, in CardCommand command)
    {
        var isGetData = command.Ins == Instruction.GetData;
        if (command.Cla != 0x80 && !(isGetData && command.Cla == 0x00))
            return CardResponse.Error(StatusWord.ClassNotSupported);
        return command.Ins switch
        {
            Instruction.GetData => GetDataCommand.Execute(card, command),
            Instruction.GetStatus => GetStatusCommand.Execute(card, command),
            Instruction.SetStatus => SetStatusCommand.Execute(card, command),
            Instruction.Install => InstallCommand.Execute(card, command),
            Instruction.Load => LoadCommand.Execute(card, command),
            Instruction.Delete => DeleteCommand.Execute(card, command),
            Instruction.PutKey => PutKeyCommand.Execute(card, command),
            Instruction.StoreData => StoreDataCommand.Execute(card, command),
            _ => CardResponse.Error(StatusWord.InstructionNotSupported),
        };
    }
}
