using PersoMesh.FileSystemCard;

namespace PersoMesh.VirtualCards.Tests;

static class CardAssert
{
    /// <summary>The card's memory holds the image's bytes, the ones that nobody can read included, and its passwords.</summary>
    public static void Holds(VirtualCard image, SimulatedFileSystemCard card)
    {
        Assert.True(card.IsActivated);
        var files = card.DebugFiles.ToDictionary(f => f.Path);
        foreach (var (path, _) in image.Layout.ElementaryFiles)
        {
            var file = files[path.ToString()];
            Assert.Equal(0x05, file.LifeCycle);
            IReadOnlyList<byte[]> content = file.Kind == "Transparent" ? [file.Content] : file.Records;
            Assert.Equal(image.Read(path).Select(c => Convert.ToHexString(c.Span)), content.Select(Convert.ToHexString));
        }

        // The serial number file is the manufacturer's.
        Assert.Equal(image.Layout.Files.Count + 1, files.Count);
        foreach (var password in image.Passwords)
        {
            Assert.Equal(password.Encode(), card.DebugPasswords[password.Slot.Reference]);
            if (!password.ResettingCode.IsEmpty)
                Assert.Equal(password.ResettingCode.ToArray(), card.DebugPasswords[(byte)(0x10 + password.Slot.Reference)]);
            Assert.Equal(3, card.TriesLeft(password.Slot.Reference));
        }
    }
}
