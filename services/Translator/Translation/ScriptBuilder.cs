using PersoMesh.Contracts.Preparation;
using PersoMesh.GlobalPlatform;
using PersoMesh.Profiles;
using PersoMesh.SmartCard;
using PersoMesh.SmartCard.Tlv;
using SecretDescription = PersoMesh.Contracts.Preparation.SecretDescription;

namespace PersoMesh.Translator.Translation;

/// <summary>
/// Builds a card's script: per application INSTALL, INSTALL [for personalization] and STORE DATA through the security domain's one secure
/// channel, then the card's final state. One channel for all applications, so a whole card is one protected batch.
/// </summary>
static class ScriptBuilder
{
    static readonly ushort[] Success = [StatusWords.Success];
    static readonly ushort[] SuccessOrAlready = [StatusWords.Success, StatusWords.ConditionsOfUseNotSatisfied];

    public static ChannelOpening Opening(CardProfile profile) =>
        profile.FileSystem is not null ? VirtualCardScriptBuilder.Opening
        : profile.Chip is { } chip ? new ChannelOpening(chip.Channel.SecurityDomain.ToArray(), chip.Channel.KeyVersion)
        : throw new RenderException("chip", "the profile has no chip: cards without one cannot be personalized by a session.");

    /// <exception cref="RenderException">A field does not fit its place.</exception>
    public static PersonalizationScript Build(CardProfile profile, IReadOnlyDictionary<string, string> fields)
    {
        if (profile.FileSystem is not null)
            return VirtualCardScriptBuilder.Build(profile, fields);
        var chip = profile.Chip!;
        var channel = chip.Channel;
        List<ScriptCommand> commands = [];
        List<SecretDescription> secrets = [];
        var maxData = SecureMessagingLimits.MaxPlainData((SecureChannelProtocol)channel.Protocol, (SecurityLevel)channel.Level, s16: false);
        var blockLength = channel.Protocol == ChannelProtocol.Scp02 ? 8 : 16;
        foreach (var application in chip.Applications)
        {
            if (application.Install is { } install)
                commands.Add(Clear(Install.ForInstallAndMakeSelectable(install.Package.Span, install.Module.Span, application.Aid.Span, install.Privileges.Span, Parameters(install.Parameters))));
            commands.Add(Clear(Install.ForPersonalization(application.Aid.Span)));
            commands.AddRange(new StoreDataBuilder(application, fields, secrets, maxData, blockLength).Build());
        }

        commands.AddRange(LifeCycle(chip.FinalState));
        return new PersonalizationScript
        {
            Channel = new SecureChannelDescription(channel.Protocol.ToString().ToUpperInvariant(), channel.Implementation, (byte)channel.Level,
                channel.MasterKey, channel.Diversification, channel.Quirks),
            Commands = commands,
            Secrets = secrets,
        };
    }

    // OP_READY, INITIALIZED, SECURED: no state is left out (GPC 2.3.1 §5.1.1), and a supplier may have delivered the card INITIALIZED.
    static IEnumerable<ScriptCommand> LifeCycle(CardState? final)
    {
        if (final is not null)
            yield return Clear(SetStatus.Card(CardLifeCycle.Initialized)) with { Expected = final == CardState.Secured ? SuccessOrAlready : Success };
        if (final == CardState.Secured)
            yield return Clear(SetStatus.Card(CardLifeCycle.Secured));
    }

    static ScriptCommand Clear(CommandApdu command) => new(command.Cla, command.Ins, command.P1, command.P2,
        command.Data.IsEmpty ? [] : [new ScriptData(command.Data.ToArray())], Success, command.Ne);

    // A profile gives the field as it is sent: C9, length, application data (GPC 2.3.1 table 11-49).
    static GlobalPlatform.InstallParameters Parameters(ReadOnlyMemory<byte> field)
    {
        var reader = new TlvReader(field.Span);
        if (!reader.TryRead(out var element) || element.Tag != 0xC9 || element.Encoded.Length != field.Length)
            throw new RenderException("chip", "install parameters other than application data (tag C9) are not supported.");
        return new GlobalPlatform.InstallParameters { ApplicationData = element.Value.ToArray() };
    }
}
