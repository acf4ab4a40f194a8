namespace PersoMesh.Pcsc.Cards;

/// <summary>Says what a code means for the card, and asks the reader where the code does not tell.</summary>
/// <param name="api">The library.</param>
/// <param name="time">Clock for the patience.</param>
/// <param name="patience">How long a reader may take to notice that its card is gone.</param>
sealed class LossJudge(IPcscApi api, TimeProvider time, TimeSpan patience)
{
    /// <summary>What the code alone says; null when it says nothing of a loss.</summary>
    public static CardLoss? FromCode(PcscCode code) => code switch
    {
        PcscCode.RemovedCard or PcscCode.NoSmartcard => CardLoss.Removed,
        PcscCode.ResetCard => CardLoss.Reset,
        PcscCode.UnresponsiveCard or PcscCode.UnpoweredCard or PcscCode.UnsupportedCard => CardLoss.Mute,
        PcscCode.UnknownReader or PcscCode.ReaderUnavailable or PcscCode.NoReadersAvailable => CardLoss.ReaderGone,
        // What ends a connection to the service: nothing more can come from this card through it.
        _ when MeansServiceLost(code) => CardLoss.ReaderGone,
        _ => null,
    };

    /// <summary>The context is of no use any more: release it, establish another.</summary>
    public static bool MeansServiceLost(PcscCode code) => code is PcscCode.NoService or PcscCode.ServiceStopped or PcscCode.Shutdown
        or PcscCode.SystemCancelled or PcscCode.CommunicationError or PcscCode.InvalidHandle;

    /// <summary>The caller's mistake, or that of another program; the card is well.</summary>
    public static bool IsRefusal(PcscCode code) => code is PcscCode.SharingViolation or PcscCode.ProtocolMismatch
        or PcscCode.InvalidParameter or PcscCode.InsufficientBuffer or PcscCode.NoMemory or PcscCode.UnsupportedFeature
        or PcscCode.UnsupportedFeatureOnWindows;

    /// <summary>
    /// What was lost when an exchange with the card failed. Drivers report a pulled card, a mute one and an unplugged reader by the same
    /// code (pcsc-lite: SCARD_E_NOT_TRANSACTED), and pcscd notices a pulled card up to 0.4 s later.
    /// </summary>
    public CardLoss Judge(PcscCode code, string reader)
    {
        if (FromCode(code) is { } loss)
            return loss;
        // The card's own context may be broken or about to be; the reader is asked through a new one.
        if (api.EstablishContext(out var context) != PcscCode.Success)
            return CardLoss.ReaderGone;
        try
        {
            return AskReader(context, new ReaderStatus(reader));
        }
        finally
        {
            api.ReleaseContext(context);
        }
    }

    CardLoss AskReader(nint context, ReaderStatus status)
    {
        var begun = time.GetTimestamp();
        for (var code = api.GetStatusChange(context, 0, [status]); ;)
        {
            if (code == PcscCode.Timeout)
                return CardLoss.Mute;
            if (code != PcscCode.Success || (status.States & (ReaderStates.Unknown | ReaderStates.Unavailable)) != ReaderStates.Unaware)
                return CardLoss.ReaderGone;
            if (!status.States.HasFlag(ReaderStates.Present))
                return CardLoss.Removed;
            var left = patience - time.GetElapsedTime(begun);
            if (left <= TimeSpan.Zero)
                return CardLoss.Mute;
            status.AcceptEvent();
            code = api.GetStatusChange(context, (uint)left.TotalMilliseconds, [status]);
        }
    }
}
