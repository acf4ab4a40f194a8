using PersoMesh.Contracts.Preparation;
using PersoMesh.GlobalPlatform;
using PersoMesh.PreparedJobs;
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
        List<SecretDescription> secrets = [];
        var (maxData, blockLength) = Limits(profile.Chip!.Channel);
        return Build(profile.Chip, secrets, profile.Chip.Applications.Select(application =>
            (application, new StoreDataBuilder(application, fields, secrets, maxData, blockLength).Build())));
    }

    /// <summary>Builds the script of a card that its issuer prepared: the data are the record's, the rest the profile's.</summary>
    /// <exception cref="RenderException">The record holds an application that the profile does not have.</exception>
    /// <exception cref="PreparedJobException">The record is malformed.</exception>
    public static PersonalizationScript Build(CardProfile profile, PreparedRecordReference reference)
    {
        var header = PreparedHeader.Decode(reference.Header);
        var record = PreparedRecord.Decode(header, reference.Number, reference.Modules);
        using var ciphers = new DataCiphers(header, reference.DataKeys);
        if (record.Applications.Count != profile.Chip!.Applications.Count)
            throw new PreparedJobException(null, $"it has {record.Applications.Count} applications, the profile {profile.Chip.Applications.Count}.");
        List<SecretDescription> secrets = [];
        var (maxData, blockLength) = Limits(profile.Chip.Channel);
        var applications = record.Applications.Select((content, index) =>
        {
            var where = $"application {content.Place + 1}";
            var prepared = PreparedApplication.Decode(where, content.Content);
            var application = profile.Chip.Applications.ElementAtOrDefault(content.Place);
            if (application is null || !application.Aid.Span.SequenceEqual(prepared.Aid.Span))
                throw new RenderException(where, $"its AID is not the one in profile {profile.Reference}.");
            var groupings = prepared.Groupings.Select((grouping, place) => grouping.Kind == PreparedGroupingKind.Personal
                ? ScriptGrouping.Open(
                    grouping.Dgi, ciphers.Get(prepared.Kek).DecipherGrouping(record.CardObjectId, content.Place, application.Name, grouping))
                : Grouping(application, index, grouping, place, blockLength, secrets));
            return (application, StoreDataScript.Build([.. groupings], maxData));
        });
        return Build(profile.Chip, secrets, applications) with { PreparedRecord = reference with { DataKeys = [] } };
    }

    static ScriptGrouping Grouping(
        CardApplication application, int index, PreparedGrouping grouping, int place, int blockLength, List<SecretDescription> secrets)
    {
        if (grouping.Kind == PreparedGroupingKind.Clear)
            return ScriptGrouping.Open(grouping.Dgi, grouping.Value);
        if (grouping.Kind == PreparedGroupingKind.UnderPersonalizationKey)
            return ScriptGrouping.ForApplication(grouping.Dgi, grouping.Value);
        secrets.Add(new SecretDescription($"{application.Name}/{grouping.Dgi}",
            [new SecretSource("prepared", new Dictionary<string, string> { ["application"] = $"{index}", ["grouping"] = $"{place}" })]));
        var length = (grouping.PlainLength + blockLength - 1) / blockLength * blockLength;
        return ScriptGrouping.Secret(grouping.Dgi, secrets.Count - 1, length, isEncrypted: true);
    }

    static (int MaxData, int BlockLength) Limits(ChipChannel channel) =>
        (SecureMessagingLimits.MaxPlainData((SecureChannelProtocol)channel.Protocol, (SecurityLevel)channel.Level, s16: false),
            channel.Protocol == ChannelProtocol.Scp02 ? 8 : 16);

    static PersonalizationScript Build(
        Chip chip, List<SecretDescription> secrets, IEnumerable<(CardApplication Application, IEnumerable<ScriptCommand> StoreData)> applications)
    {
        var channel = chip.Channel;
        List<ScriptCommand> commands = [];
        foreach (var (application, storeData) in applications)
        {
            if (application.Install is { } install)
                commands.Add(Clear(Install.ForInstallAndMakeSelectable(install.Package.Span, install.Module.Span, application.Aid.Span, install.Privileges.Span, Parameters(install.Parameters))));
            commands.Add(Clear(Install.ForPersonalization(application.Aid.Span)));
            commands.AddRange(storeData);
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
