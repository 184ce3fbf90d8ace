/// Who did what an OCSF finding is about, and from where.
///
/// Source: OCSF schema, `actor`, `network_endpoint` and `evidences`.
enum OCSFContext {
    static func actor(_ json: JSON) -> String? {
        objects(json).lazy.compactMap { object in
            let user = object["actor"]?["user"]
            return user?.text("uid_alt") ?? user?.text("name") ?? user?.text("uid")
                ?? object["actor"]?.text("invoked_by")
        }.first
    }

    /// Of a connection only when it came in: the source of one that went out is one's own (direction 2, outbound).
    static func sourceAddress(_ json: JSON) -> String? {
        objects(json).lazy.filter { $0["connection_info"]?["direction_id"]?.integer != 2 }
            .compactMap { $0["src_endpoint"]?.text("ip") }.first
    }

    /// The finding itself, and the evidence that it lists.
    private static func objects(_ json: JSON) -> [JSON] {
        [json] + (json["evidences"]?.elements ?? [])
    }
}
