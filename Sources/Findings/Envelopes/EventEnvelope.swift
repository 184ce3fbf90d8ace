import FoundationEssentials

/// What stands around the detail of an EventBridge event, received or made up for input that came without one.
///
/// Source: EventBridge user guide, "Events in Amazon EventBridge". Account and Region are where the event was emitted,
/// which for delegated administrators, aggregation Regions and Health is not where the problem is: formats read the
/// detail first and fall back on these.
struct EventEnvelope: Sendable {
    var id: String?
    var detailType: String?
    var source: String?
    var account: String?
    var region: String?
    var time: Date?
    var resources: [String]
    var detail: JSON

    init(
        id: String? = nil,
        detailType: String? = nil,
        source: String? = nil,
        account: String? = nil,
        region: String? = nil,
        time: Date? = nil,
        resources: [String] = [],
        detail: JSON
    ) {
        self.id = id
        self.detailType = detailType
        self.source = source
        self.account = account
        self.region = region
        self.time = time
        self.resources = resources
        self.detail = detail
    }

    /// Reads an EventBridge event: an object with `detail-type` and `detail`.
    init?(_ json: JSON) {
        guard json.kind == .object, let detailType = json.text("detail-type"), let detail = json["detail"] else {
            return nil
        }
        self.init(
            id: json.text("id"),
            detailType: detailType,
            source: json.text("source"),
            account: json["account"]?.scalarText,
            region: json.text("region"),
            time: SourceDate.read(json["time"]),
            resources: json["resources"]?.texts ?? [],
            detail: detail
        )
    }
}
