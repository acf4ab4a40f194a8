using PersoMesh.SmartCard;

namespace PersoMesh.GlobalPlatform;

/// <summary>
/// The INSTALL command in all its roles (GPC 2.3.1 §11.5). Tokens are for delegated management and empty otherwise. All buffers are copied.
/// Chaining of INSTALL commands (P1 bit 8) is not offered: data beyond <see cref="SecureChannel.MaxPlainData"/> is refused by SCP02 and
/// goes out in extended form with SCP03.
/// </summary>
public static class Install
{
    const byte Load = 0x02;
    const byte Make = 0x04;
    const byte MakeSelectable = 0x08;
    const byte Extradition = 0x10;
    const byte Personalization = 0x20;
    const byte RegistryUpdate = 0x40;
    const byte First = 0x01;
    const byte Last = 0x03;

    /// <summary>INSTALL [for load]; LOAD commands follow.</summary>
    /// <param name="loadFileAid">AID that the load file will have.</param>
    /// <param name="securityDomainAid">Security domain that it will belong to; empty for the selected one.</param>
    /// <param name="hash">Hash of the load file data block, needed with a DAP or a token; empty for none.</param>
    /// <param name="parameters">From <see cref="LoadParameters"/>; empty for none.</param>
    /// <param name="token">Load token.</param>
    public static CommandApdu ForLoad(
        ReadOnlySpan<byte> loadFileAid,
        ReadOnlySpan<byte> securityDomainAid,
        ReadOnlySpan<byte> hash = default,
        ReadOnlySpan<byte> parameters = default,
        ReadOnlySpan<byte> token = default) => LoadRole(Load, 0x00, loadFileAid, securityDomainAid, hash, parameters, token);

    /// <summary>INSTALL [for install]; the application can be selected only after <see cref="ForMakeSelectable"/>.</summary>
    /// <param name="loadFileAid">AID of the load file.</param>
    /// <param name="moduleAid">AID of the module in it.</param>
    /// <param name="instanceAid">AID that the application will be selected by.</param>
    /// <param name="privileges">1 or 3 bytes, from <see cref="PrivilegesCoding"/>.</param>
    /// <param name="parameters">The parameters; null sends the empty C9.</param>
    /// <param name="token">Install token.</param>
    public static CommandApdu ForInstall(
        ReadOnlySpan<byte> loadFileAid,
        ReadOnlySpan<byte> moduleAid,
        ReadOnlySpan<byte> instanceAid,
        ReadOnlySpan<byte> privileges,
        InstallParameters? parameters = null,
        ReadOnlySpan<byte> token = default) => InstallRole(Make, 0x00, loadFileAid, moduleAid, instanceAid, privileges, parameters, token);

    /// <summary>INSTALL [for install and make selectable].</summary>
    /// <param name="loadFileAid">AID of the load file.</param>
    /// <param name="moduleAid">AID of the module in it.</param>
    /// <param name="instanceAid">AID that the application will be selected by.</param>
    /// <param name="privileges">1 or 3 bytes, from <see cref="PrivilegesCoding"/>.</param>
    /// <param name="parameters">The parameters; null sends the empty C9.</param>
    /// <param name="token">Install token.</param>
    public static CommandApdu ForInstallAndMakeSelectable(
        ReadOnlySpan<byte> loadFileAid,
        ReadOnlySpan<byte> moduleAid,
        ReadOnlySpan<byte> instanceAid,
        ReadOnlySpan<byte> privileges,
        InstallParameters? parameters = null,
        ReadOnlySpan<byte> token = default) =>
        InstallRole(Make | MakeSelectable, 0x00, loadFileAid, moduleAid, instanceAid, privileges, parameters, token);

    /// <summary>INSTALL [for make selectable].</summary>
    /// <param name="aid">AID of the installed application.</param>
    /// <param name="privileges">1 or 3 bytes; only Card Reset has an effect here.</param>
    /// <param name="parameters">TLVs of table 11-50; empty for none.</param>
    /// <param name="token">Make selectable token.</param>
    public static CommandApdu ForMakeSelectable(
        ReadOnlySpan<byte> aid,
        ReadOnlySpan<byte> privileges,
        ReadOnlySpan<byte> parameters = default,
        ReadOnlySpan<byte> token = default) =>
        Command(MakeSelectable, 0x00, new FieldWriter().Short([]).Short([]).Short(Aid.Require(aid, nameof(aid)))
            .Short(RequirePrivileges(privileges)).Long(parameters).Long(token));

    /// <summary>
    /// Begins the combined load, install and make selectable process (P2 01); LOAD commands follow, then <see cref="EndCombined"/>.
    /// </summary>
    /// <param name="loadFileAid">AID that the load file will have.</param>
    /// <param name="securityDomainAid">Security domain that it will belong to; empty for the selected one.</param>
    /// <param name="hash">Hash of the load file data block; empty for none.</param>
    /// <param name="parameters">From <see cref="LoadParameters"/>; empty for none.</param>
    public static CommandApdu BeginCombined(
        ReadOnlySpan<byte> loadFileAid,
        ReadOnlySpan<byte> securityDomainAid,
        ReadOnlySpan<byte> hash = default,
        ReadOnlySpan<byte> parameters = default) =>
        LoadRole(Load | Make | MakeSelectable, First, loadFileAid, securityDomainAid, hash, parameters, default);

    /// <summary>Ends the combined process (P2 03).</summary>
    /// <param name="loadFileAid">AID of the load file, as in <see cref="BeginCombined"/>; may be empty.</param>
    /// <param name="moduleAid">AID of the module in it.</param>
    /// <param name="instanceAid">AID that the application will be selected by.</param>
    /// <param name="privileges">1 or 3 bytes, from <see cref="PrivilegesCoding"/>.</param>
    /// <param name="parameters">The parameters; null sends the empty C9.</param>
    /// <param name="token">Token of the combined process.</param>
    public static CommandApdu EndCombined(
        ReadOnlySpan<byte> loadFileAid,
        ReadOnlySpan<byte> moduleAid,
        ReadOnlySpan<byte> instanceAid,
        ReadOnlySpan<byte> privileges,
        InstallParameters? parameters = null,
        ReadOnlySpan<byte> token = default) =>
        InstallRole(Load | Make | MakeSelectable, Last, loadFileAid, moduleAid, instanceAid, privileges, parameters, token);

    /// <summary>INSTALL [for extradition]: hands an application or load file over to another security domain.</summary>
    /// <param name="securityDomainAid">The new security domain.</param>
    /// <param name="aid">The application or load file.</param>
    /// <param name="parameters">TLVs of table 11-51; empty for none.</param>
    /// <param name="token">Extradition token.</param>
    public static CommandApdu ForExtradition(
        ReadOnlySpan<byte> securityDomainAid,
        ReadOnlySpan<byte> aid,
        ReadOnlySpan<byte> parameters = default,
        ReadOnlySpan<byte> token = default) =>
        Command(Extradition, 0x00, new FieldWriter().Short(Aid.Require(securityDomainAid, nameof(securityDomainAid))).Short([])
            .Short(Aid.Require(aid, nameof(aid))).Short([]).Long(parameters).Long(token));

    /// <summary>INSTALL [for registry update].</summary>
    /// <param name="securityDomainAid">New security domain of the application; empty to leave it.</param>
    /// <param name="aid">The application; empty when the card's own functions are to be restricted.</param>
    /// <param name="privileges">New privileges, 1 or 3 bytes; empty to leave them.</param>
    /// <param name="parameters">TLVs of table 11-52; empty for none.</param>
    /// <param name="token">Registry update token.</param>
    public static CommandApdu ForRegistryUpdate(
        ReadOnlySpan<byte> securityDomainAid,
        ReadOnlySpan<byte> aid,
        ReadOnlySpan<byte> privileges,
        ReadOnlySpan<byte> parameters = default,
        ReadOnlySpan<byte> token = default) =>
        Command(RegistryUpdate, 0x00, new FieldWriter().Short(Aid.RequireOrNone(securityDomainAid, nameof(securityDomainAid))).Short([])
            .Short(Aid.RequireOrNone(aid, nameof(aid))).Short(privileges.IsEmpty ? privileges : RequirePrivileges(privileges))
            .Long(parameters).Long(token));

    /// <summary>
    /// INSTALL [for personalization]: STORE DATA commands that follow go to this application, through its security domain.
    /// </summary>
    /// <param name="aid">AID of the application.</param>
    public static CommandApdu ForPersonalization(ReadOnlySpan<byte> aid) =>
        Command(Personalization, 0x00, new FieldWriter().Short([]).Short([]).Short(Aid.Require(aid, nameof(aid)))
            .Short([]).Short([]).Short([]));

    static CommandApdu LoadRole(
        byte role,
        byte p2,
        ReadOnlySpan<byte> loadFileAid,
        ReadOnlySpan<byte> securityDomainAid,
        ReadOnlySpan<byte> hash,
        ReadOnlySpan<byte> parameters,
        ReadOnlySpan<byte> token) =>
        Command(role, p2, new FieldWriter().Short(Aid.Require(loadFileAid, nameof(loadFileAid)))
            .Short(Aid.RequireOrNone(securityDomainAid, nameof(securityDomainAid))).Short(hash).Long(parameters).Long(token));

    static CommandApdu InstallRole(
        byte role,
        byte p2,
        ReadOnlySpan<byte> loadFileAid,
        ReadOnlySpan<byte> moduleAid,
        ReadOnlySpan<byte> instanceAid,
        ReadOnlySpan<byte> privileges,
        InstallParameters? parameters,
        ReadOnlySpan<byte> token) =>
        Command(role, p2, new FieldWriter().Short(Aid.RequireOrNone(loadFileAid, nameof(loadFileAid)))
            .Short(Aid.RequireOrNone(moduleAid, nameof(moduleAid))).Short(Aid.Require(instanceAid, nameof(instanceAid)))
            .Short(RequirePrivileges(privileges)).Long((parameters ?? new InstallParameters()).ToArray()).Long(token));

    static CommandApdu Command(int role, byte p2, FieldWriter fields) => new(0x80, 0xE6, (byte)role, p2, fields.ToArray(), 256);

    static ReadOnlySpan<byte> RequirePrivileges(ReadOnlySpan<byte> privileges) => privileges.Length is 1 or 3
        ? privileges
        : throw new ArgumentException($"Privileges have 1 or 3 bytes, not {privileges.Length}.", nameof(privileges));
}
