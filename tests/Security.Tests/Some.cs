using System.Security.Cryptography;
using PersoMesh.Keys;
using PersoMesh.Security.Preparation;

namespace PersoMesh.Security.Tests;

static class Some
{
    public const string CardObject = "CARD-1";
    public const string DebitMaster = "KMC-EMV";
    public const string BadgeMaster = "KMC-BADGE";

    public static readonly byte[] DebitMasterKey = Convert.FromHexString("404142434445464748494A4B4C4D4E4F");
    public static readonly byte[] BadgeMasterKey = Convert.FromHexString("404142434445464748494A4B4C4D4E4F505152535455565758595A5B5C5D5E5F");

    /// <summary>A module with random storage keys: no two are alike.</summary>
    public static SoftwareSecurityModule Module()
    {
        var module = new SoftwareSecurityModule();
        module.AddKey(ScriptVault.EncryptionKeyLabel, KeyAlgorithm.Aes, RandomNumberGenerator.GetBytes(32));
        module.AddKey(ScriptVault.MacKeyLabel, KeyAlgorithm.Aes, RandomNumberGenerator.GetBytes(32));
        module.AddKey(DebitMaster, KeyAlgorithm.TripleDes, DebitMasterKey);
        module.AddKey(BadgeMaster, KeyAlgorithm.Aes, BadgeMasterKey);
        return module;
    }
}
