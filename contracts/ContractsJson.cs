using System.Text.Json.Serialization;
using PersoMesh.Contracts.Ingest;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Contracts.Session;

namespace PersoMesh.Contracts;

/// <summary>Serializers of all messages, generated at build time: no reflection when a message is written or read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SubmitCardObjects))]
[JsonSerializable(typeof(DescribeProfile))]
[JsonSerializable(typeof(ProfileDescribed))]
[JsonSerializable(typeof(CardObjectsRefused))]
[JsonSerializable(typeof(TranslateCardObjects))]
[JsonSerializable(typeof(ConvertFields))]
[JsonSerializable(typeof(FieldsConverted))]
[JsonSerializable(typeof(PrepareCards))]
[JsonSerializable(typeof(CardsReady))]
[JsonSerializable(typeof(CardObjectsPrepared))]
[JsonSerializable(typeof(PersonalizationScript))]
[JsonSerializable(typeof(ModuleData))]
[JsonSerializable(typeof(StationReady))]
[JsonSerializable(typeof(NextCardReady))]
[JsonSerializable(typeof(FormatCompleteAcknowledged))]
[JsonSerializable(typeof(CardAssigned))]
[JsonSerializable(typeof(ProgrammingRequested))]
[JsonSerializable(typeof(CommandBatch))]
[JsonSerializable(typeof(BatchResult))]
[JsonSerializable(typeof(FormatComplete))]
[JsonSerializable(typeof(SessionOutcomeReported))]
[JsonSerializable(typeof(StationWithdrawn))]
[JsonSerializable(typeof(ProtectScript))]
[JsonSerializable(typeof(ScriptProtected))]
[JsonSerializable(typeof(ScriptRefused))]
[JsonSerializable(typeof(VerifyResponses))]
[JsonSerializable(typeof(ResponsesVerified))]
[JsonSerializable(typeof(CardPersonalized))]
[JsonSerializable(typeof(CardFailed))]
[JsonSerializable(typeof(PoolStopped))]
[JsonSerializable(typeof(SessionDeadlinePassed))]
[JsonSerializable(typeof(CardReserved))]
[JsonSerializable(typeof(Dictionary<string, string>))]
public sealed partial class ContractsJson : JsonSerializerContext;
