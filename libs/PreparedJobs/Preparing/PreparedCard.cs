namespace PersoMesh.PreparedJobs;

/// <summary>A prepared card that has no place in a file yet. Its secrets and its holder's data are enciphered.</summary>
/// <param name="CardObjectId">Unique card object identifier.</param>
/// <param name="OffChipData">Enciphered.</param>
/// <param name="Applications">What the pass prepared, in the order of their places.</param>
public sealed record PreparedCard(string CardObjectId, ReadOnlyMemory<byte> OffChipData, IReadOnlyList<PlacedContent> Applications);

/// <summary>A prepared application that has no MAC yet.</summary>
/// <param name="Place">Its place among the profile's applications, from 0.</param>
/// <param name="Content">What its MAC covers (<see cref="PreparedApplication.Encode"/>).</param>
public sealed record PlacedContent(int Place, ReadOnlyMemory<byte> Content);
