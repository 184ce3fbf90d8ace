extension OCSFFormat {
    static func controls(_ json: JSON, standards: [String]) -> [String] {
        // Prowler names its check in `metadata.event_code`.
        let control =
            json.text("compliance", "control") ?? json.text("metadata", "event_code")
            ?? unmapped(json, "ProductFields.ControlId") ?? unmapped(json, "ProductFields.RuleId")
            ?? unmapped(json, "Compliance.SecurityControlId") ?? feature(json)?.control
        return control.map { [Standard.control($0, of: standards)] } ?? []
    }

    static func standards(_ json: JSON) -> [String] {
        let listed = json["compliance"]?["standards"]?.texts ?? []
        if listed.isEmpty == false { return listed.map(Standard.name) }
        let associated = associatedStandards(json)
        if associated.isEmpty == false { return associated }
        let arn =
            unmapped(json, "ProductFields.StandardsArn") ?? unmapped(json, "ProductFields.StandardsGuideArn")
        if let arn = arn.flatMap(ARN.init) { return [Standard.name(arn.resource)] }
        return [feature(json)?.standard].compactMap { $0 }
    }

    /// Security Lake writes the ids of several in one text, `standards/…,standards/…`, or nested as ASFF has them.
    private static func associatedStandards(_ json: JSON) -> [String] {
        let nested = json["unmapped"]?["Compliance"]?["AssociatedStandards"]?.elements ?? []
        let flat = json["unmapped"]?["Compliance.AssociatedStandards"]?.elements ?? []
        let name = "Compliance.AssociatedStandards[].StandardsId"
        let listed = json["unmapped"]?[name]?.texts ?? []
        let texts = listed.isEmpty ? [unmapped(json, name)].compactMap(\.self) : listed
        let ids =
            (nested + flat).compactMap { $0.text("StandardsId") }
            + texts.flatMap { $0.split(separator: ",") }.map { $0.filter { $0 != " " } }
        return ids.map(Standard.name).unique
    }

    /// What Security Lake keeps of an ASFF finding under its own name: `{"ProductFields.ControlId": …}`, nested, or as a
    /// list of names and values.
    static func unmapped(_ json: JSON, _ name: String) -> String? {
        guard let rest = json["unmapped"] else { return nil }
        if let text = rest.text(name) { return text }
        if let row = rest.elements.first(where: { $0.text("name") == name || $0.text("key") == name }) {
            return row.text("value")
        }
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        return parts.count == 2 ? rest.text(parts[0], parts[1]) : nil
    }

    /// The rule that Security Hub names as the product's feature in OCSF 1.0.0-rc.2:
    /// `aws-foundational-security-best-practices/v/1.0.0/EC2.19`.
    private static func feature(_ json: JSON) -> (standard: String, control: String)? {
        guard let uid = json["metadata"]?["product"]?["feature"]?.text("uid") else { return nil }
        let parts = (ARN(uid)?.resource ?? uid).split(separator: "/").map(String.init)
        guard parts.count >= 4, let version = parts.lastIndex(of: "v"), version == parts.count - 3 else { return nil }
        return (Standard.name(parts.dropLast().joined(separator: "/")), parts[parts.count - 1])
    }
}
