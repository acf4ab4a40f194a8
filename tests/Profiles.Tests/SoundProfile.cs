namespace PersoMesh.Profiles.Tests;

/// <summary>A small profile without a fault. Tests change one thing in it and read what is said about that.</summary>
static class SoundProfile
{
    public const string Yaml = """
        profile: sample
        version: 1
        title: Sample card
        pool: test
        retentionDays: 30
        maxAttempts: 3
        input:
          identifier: cardId
          fields:
            cardId: { required: true, maxLength: 32 }
            pan: { required: true, secret: true }
            name: { required: true }
            pinBlock: { required: true, secret: true }
          formats:
            csv: { delimiter: ",", encoding: utf-8 }
            text:
              lines:
                EMB: { fields: [pan, name], separator: "|" }
                SCRD: { fields: [cardId, pinBlock], separator: "|" }
        fields:
          digits:
            from: "{pan}"
            steps: [ remove: { characters: " -" }, luhn-check ]
          holder:
            from: "{name}"
            steps: [ upper, truncate: { length: 26 } ]
        chip:
          channel:
            protocol: SCP02
            i: 55
            level: C-MAC+C-DECRYPTION
            securityDomain: A000000151000000
            keyVersion: 20
            masterKey: KMC
            diversification: emv-cps
          applications:
            - name: debit
              aid: F0000000010101
              install: { package: F00000000101, module: F000000001, privileges: 00, parameters: C900 }
              data:
                - dgi: 0101
                  tlv:
                    70:
                      5A: { hex: "{digits}", pad: F }
                      5F20: { text: "{holder}", length: 2-26 }
                - dgi: 8000
                  secret:
                    - emvMasterKey: { master: IMK, pan: "{digits}", sequence: 01 }
                - dgi: 9000
                  checkValuesOf: 8000
                - dgi: 8010
                  secret:
                    - pinBlock: { block: "{pinBlock}", key: ZPK, pan: "{digits}", from: iso-0, to: iso-2 }
                - dgi: 9010
                  hex: 0303
          finalState: secured
        magneticStripe:
          track2: ";{digits}=29122010000?"
        embossing:
          lines:
            - { text: "{digits}", row: 1, show: true }
            - { text: "{holder}", row: 3 }
        printing:
          design: midnight
          front:
            - { text: DEMO, x: 6.0, y: 9.0, size: 5.0 }

        """;

    /// <summary>What is said about the profile when a text that it has once is replaced.</summary>
    public static string[] FaultsWith(string find, string replacement)
    {
        var at = Yaml.IndexOf(find, StringComparison.Ordinal);
        Assert.True(at >= 0 && Yaml.IndexOf(find, at + 1, StringComparison.Ordinal) < 0, $"'{find}' must occur once");
        return [.. FaultsOf(Yaml.Replace(find, replacement, StringComparison.Ordinal)).Select(f => f.ToString())];
    }

    static IReadOnlyList<ProfileFault> FaultsOf(string yaml) => ProfileLibrary.Read("p.yaml", yaml).Faults;
}
