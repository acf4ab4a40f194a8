using PersoMesh.SmartCard.Commands;
using PersoMesh.SmartCard.FileSystem;

namespace PersoMesh.SmartCard.Tests.Commands;

/// <summary>Byte for byte; where a public trace has the command, it is named.</summary>
public class CommandBuilderTests
{
    static readonly byte[] Data = [0x31, 0x32];

    [Fact]
    public void Select()
    {
        AssertBytes("00A4000C023F00", SelectCommands.MasterFile(SelectReturn.Nothing)); // onomondo softsim tests
        AssertBytes("00A4000002300000", SelectCommands.FileById(0x3000)); // ePass2003 notes, step 3
        AssertBytes("00A40004022FE200", SelectCommands.FileById(0x2FE2, SelectReturn.Fcp)); // softsim: P2 = 04
        AssertBytes("00A4010002501500", SelectCommands.ChildDf(0x5015));
        AssertBytes("00A4020C02011E", SelectCommands.EfUnderCurrentDf(0x011E, SelectReturn.Nothing)); // ICAO 9303-11 App. D.4
        AssertBytes("00A4030000", SelectCommands.ParentDf());
        AssertBytes("00A404000E315041592E5359532E444446303100", SelectCommands.ByName("1PAY.SYS.DDF01"u8.ToArray())); // EMV Book 1 Annex A4
        AssertBytes("00A4040205A00000000300", SelectCommands.ByName(Convert.FromHexString("A000000003"), Occurrence.Next));
        AssertBytes("00A4040000", SelectCommands.ByName(default));
        AssertBytes("00A40808045015440100", SelectCommands.PathFromMasterFile([0x5015, 0x4401], SelectReturn.Fmd));
        AssertBytes("00A4090C024401", SelectCommands.PathFromCurrentDf([0x4401], SelectReturn.Nothing));
        Assert.Throws<ArgumentException>(() => SelectCommands.ByName(new byte[17]));
        Assert.Throws<ArgumentException>(() => SelectCommands.PathFromMasterFile([]));
    }

    [Fact]
    public void File_management()
    {
        // ePass2003 notes, step 2: key file 2900.
        var keyFile = new FileControlParameters
        {
            Descriptor = new(0x11, 0x00),
            FileId = 0x2900,
            Proprietary = Convert.FromHexString("0400"),
            ProprietarySecurity = Convert.FromHexString("FF909090FFFFFFFF"),
        };
        AssertBytes("00E0000018" + Samples.EPassKeyFile, FileManagementCommands.CreateFile(keyFile));
        AssertBytes("00E40000022900", FileManagementCommands.DeleteFile(0x2900)); // the same, step 1
        AssertBytes("00E40000", FileManagementCommands.DeleteFile());
        AssertBytes("00440000022F00", FileManagementCommands.ActivateFile(0x2F00));
        AssertBytes("00040000022F00", FileManagementCommands.DeactivateFile(0x2F00));
        AssertBytes("00E60000025015", FileManagementCommands.TerminateDf(0x5015));
        AssertBytes("00E80000022F00", FileManagementCommands.TerminateEf(0x2F00));
        AssertBytes("00FE0000", FileManagementCommands.TerminateCardUsage());
    }

    [Fact]
    public void Binary()
    {
        AssertBytes("00B0000004", BinaryCommands.Read(0, 4)); // ICAO 9303-11 App. D.4
        AssertBytes("00B0000412", BinaryCommands.Read(4, 0x12)); // the same
        AssertBytes("00B07FFF00", BinaryCommands.Read(0x7FFF));
        AssertBytes("00B00000000000", BinaryCommands.Read(0, 65_536));
        AssertBytes("00B09E0000", BinaryCommands.ReadBySfi(30));
        AssertBytes("00D60100023132", BinaryCommands.Update(0x100, Data));
        AssertBytes("00D68105023132", BinaryCommands.UpdateBySfi(1, 5, Data));
        AssertBytes("00D00000023132", BinaryCommands.Write(0, Data));
        AssertBytes("00D08200023132", BinaryCommands.WriteBySfi(2, 0, Data));
        AssertBytes("000E0010", BinaryCommands.Erase(0x10));
        AssertBytes("000E0010020020", BinaryCommands.Erase(0x10, 0x20));
        AssertBytes("00B10000045402800000", BinaryCommands.ReadAnyOffset(0x8000));
        AssertBytes("00B1011E055403012345E0", BinaryCommands.ReadAnyOffset(0x012345, 0xE0, 0x011E));
        AssertBytes("00D70000085402000053023132", BinaryCommands.UpdateAnyOffset(0, Data));
        AssertBytes("00D100050A54040100000053023132", BinaryCommands.WriteAnyOffset(0x0100_0000, Data, fileId: 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => BinaryCommands.Read(0x8000));
        Assert.Throws<ArgumentOutOfRangeException>(() => BinaryCommands.ReadBySfi(31));
        Assert.Throws<ArgumentOutOfRangeException>(() => BinaryCommands.ReadBySfi(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => BinaryCommands.UpdateBySfi(1, 256, Data));
    }

    [Fact]
    public void Records()
    {
        AssertBytes("00B2010C00", RecordCommands.Read(1, sfi: 1)); // EMV Book 1 Annex A2
        AssertBytes("00B2000400", RecordCommands.Read(0));
        AssertBytes("00B2020500", RecordCommands.ReadFrom(2));
        AssertBytes("00B2000210", RecordCommands.Read(Occurrence.Next, length: 16));
        AssertBytes("00DC0114023132", RecordCommands.Update(1, Data, sfi: 2));
        AssertBytes("00DC0003023132", RecordCommands.Update(Occurrence.Previous, Data));
        AssertBytes("00D20304023132", RecordCommands.Write(3, Data));
        AssertBytes("00E200F0023132", RecordCommands.Append(Data, sfi: 30));
        Assert.Throws<ArgumentOutOfRangeException>(() => RecordCommands.Read(255));
        Assert.Throws<ArgumentOutOfRangeException>(() => RecordCommands.Read(1, sfi: 31));
    }

    [Fact]
    public void Reference_data()
    {
        AssertBytes("0020008306313233343536", ReferenceDataCommands.Verify(0x83, "123456"u8.ToArray()));
        AssertBytes("00200083083132333435363738", ReferenceDataCommands.Verify(0x83, "12345678"u8.ToArray())); // OpenPGP card, default PW3
        AssertBytes("00200081", ReferenceDataCommands.QueryTries(ReferenceDataCommands.Local | 1));
        AssertBytes("002400810431323132", ReferenceDataCommands.Change(0x81, Data, Data));
        AssertBytes("00240101023132", ReferenceDataCommands.Set(1, Data));
        AssertBytes("002C00810431323132", ReferenceDataCommands.ResetRetryCounter(0x81, Data, Data));
        AssertBytes("002C0181023132", ReferenceDataCommands.ResetRetryCounterByCode(0x81, Data));
        AssertBytes("002C0281023132", ReferenceDataCommands.ResetRetryCounterToNew(0x81, Data));
        AssertBytes("002C0381", ReferenceDataCommands.ResetRetryCounterOnly(0x81));
        Assert.Throws<ArgumentException>(() => ReferenceDataCommands.Verify(1, default));
    }

    [Fact]
    public void Authentication()
    {
        AssertBytes("0084000008", AuthenticationCommands.GetChallenge(8)); // ICAO 9303-11 App. D.3
        AssertBytes("0082000004DEADBEEF", AuthenticationCommands.ExternalAuthenticate(Convert.FromHexString("DEADBEEF"))); // emv-utils
        AssertBytes("00820000", AuthenticationCommands.ExternalAuthenticate(default));
        AssertBytes("0082000102313228", AuthenticationCommands.MutualAuthenticate(Data, 0x28, key: 1));
        AssertBytes("0088108102313200", AuthenticationCommands.InternalAuthenticate(Data, key: 0x81, algorithm: 0x10));
    }

    [Fact]
    public void Security_operations()
    {
        var key = Convert.FromHexString("830102");
        AssertBytes("002241A403830102", SecurityOperationCommands.SetEnvironment(SecurityEnvironmentUse.Computation, 0xA4, key));
        AssertBytes("0022F201", SecurityOperationCommands.StoreEnvironment(1));
        AssertBytes("0022F301", SecurityOperationCommands.RestoreEnvironment(1));
        AssertBytes("0022F401", SecurityOperationCommands.EraseEnvironment(1));
        AssertBytes("002A9E9A02313200", SecurityOperationCommands.ComputeDigitalSignature(Data));
        AssertBytes("002A9E9A00", SecurityOperationCommands.ComputeDigitalSignature(default));
        AssertBytes("002A00A8023132", SecurityOperationCommands.VerifyDigitalSignature(Data));
        AssertBytes("002A9080023132", SecurityOperationCommands.Hash(Data));
        AssertBytes("002A90A002313220", SecurityOperationCommands.HashObjects(Data, 32));
        AssertBytes("002A8E8002313208", SecurityOperationCommands.ComputeChecksum(Data, 8));
        AssertBytes("002A00A2023132", SecurityOperationCommands.VerifyChecksum(Data));
        AssertBytes("002A868002313200", SecurityOperationCommands.Encipher(Data));
        AssertBytes("002A808602313200", SecurityOperationCommands.Decipher(Data));
        AssertBytes("002A00BE023132", SecurityOperationCommands.VerifyCertificate(Data));
        AssertBytes("002A00AE023132", SecurityOperationCommands.VerifyNonSelfDescriptiveCertificate(Data));
        AssertBytes("0047800002B60000", SecurityOperationCommands.GenerateKeyPair(Convert.FromHexString("B600"))); // SmartPGP live test
        AssertBytes("0047810002B60000", SecurityOperationCommands.GenerateKeyPair(Convert.FromHexString("B600"), p1: 0x81));
        AssertBytes("00468000", SecurityOperationCommands.GenerateKeyPair(default, length: null));
    }

    static void AssertBytes(string expected, CommandApdu command) => Assert.Equal(expected, Convert.ToHexString(command.ToArray()));
}
