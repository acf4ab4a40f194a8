using System.Security.Cryptography;
using PersoMesh.FileSystemCard.Persistence;

namespace PersoMesh.FileSystemCard.Commands;

/// <summary>
/// VERIFY, CHANGE REFERENCE DATA and RESET RETRY COUNTER (ISO/IEC 7816-4 §7.5). A try is counted before the comparison, so that cutting
/// the power does not win one.
/// </summary>
static class PasswordCommands
{
    public static CardResponse Verify(CardRuntime card, in CardCommand command)
    {
        CardStatusException.ThrowIf(command.P1 != 0, StatusWord.WrongP1P2);
        var password = Find(card, command.P2);
        CardStatusException.ThrowIf(password.Reference > PasswordCodes.ResettingCode, StatusWord.ReferenceDataNotUsable);
        if (command.Data.Length == 0)
        {
            CardStatusException.ThrowIf(password.TriesLeft == 0, StatusWord.AuthenticationBlocked);
            return card.IsVerified(password.Reference) ? CardResponse.Ok : CardResponse.Error(TriesLeft(password));
        }

        Compare(card, password, command.Data);
        card.SetVerified(password.Reference, true);
        return CardResponse.Ok;
    }

    public static CardResponse Change(CardRuntime card, in CardCommand command)
    {
        CardStatusException.ThrowIf(command.P1 > 1, StatusWord.WrongP1P2);
        var password = Find(card, command.P2);
        if (command.P1 == 1)
        {
            // Without the old value only in personalization, for who opened the blank card.
            CardStatusException.ThrowIf(
                card.State.MasterFile.IsActivated || !card.IsVerified(PasswordCodes.First), StatusWord.SecurityStatusNotSatisfied);
            Set(card, password, command.Data);
            return CardResponse.Ok;
        }

        var oldLength = password.Value?.Length ?? throw new CardStatusException(StatusWord.ReferenceDataNotUsable);
        CardStatusException.ThrowIf(!HasLength(password, command.Data.Length - oldLength), StatusWord.WrongLength);
        Compare(card, password, command.Data.AsSpan(0, oldLength));
        Set(card, password, command.Data[oldLength..]);
        card.SetVerified(password.Reference, true);
        return CardResponse.Ok;
    }

    public static CardResponse ResetRetryCounter(CardRuntime card, in CardCommand command)
    {
        CardStatusException.ThrowIf(command.P1 > 1 || command.P2 >= PasswordCodes.ResettingCode, StatusWord.WrongP1P2);
        var password = Find(card, command.P2);
        var code = Find(card, (byte)(PasswordCodes.ResettingCode + command.P2));
        var codeLength = code.Value?.Length ?? throw new CardStatusException(StatusWord.ReferenceDataNotUsable);
        var newLength = command.Data.Length - codeLength;
        CardStatusException.ThrowIf(
            command.P1 == 1 ? newLength != 0 : !HasLength(password, newLength), StatusWord.WrongLength);
        Compare(card, code, command.Data.AsSpan(0, codeLength));
        if (command.P1 == 0)
            Set(card, password, command.Data[codeLength..]);
        password.TriesLeft = password.TryLimit;
        return CardResponse.Ok;
    }

    static PasswordState Find(CardRuntime card, byte reference) =>
        card.State.Passwords.Find(p => p.Reference == reference) ?? throw new CardStatusException(StatusWord.ReferenceNotFound);

    static void Compare(CardRuntime card, PasswordState password, ReadOnlySpan<byte> data)
    {
        CardStatusException.ThrowIf(password.Value is null, StatusWord.ReferenceDataNotUsable);
        CardStatusException.ThrowIf(password.TriesLeft == 0, StatusWord.AuthenticationBlocked);
        password.TriesLeft--;
        if (!CryptographicOperations.FixedTimeEquals(data, password.Value))
        {
            card.SetVerified(password.Reference, false);
            throw new CardStatusException(TriesLeft(password));
        }

        password.TriesLeft = password.TryLimit;
    }

    static void Set(CardRuntime card, PasswordState password, byte[] value)
    {
        CardStatusException.ThrowIf(!HasLength(password, value.Length), StatusWord.WrongLength);
        if (password.Reference == PasswordCodes.First && !value.AsSpan().SequenceEqual(password.Value))
            card.State.IsTransportPasswordInForce = false;
        password.Value = value;
        password.TriesLeft = password.TryLimit;
    }

    static bool HasLength(PasswordState password, int length) => length >= password.MinLength && length <= password.MaxLength;

    static ushort TriesLeft(PasswordState password) => (ushort)(StatusWord.TriesLeft | password.TriesLeft);
}
