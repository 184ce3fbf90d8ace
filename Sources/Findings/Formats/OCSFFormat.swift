import FoundationEssentials

/// Findings of the Open Cybersecurity Schema Framework: Security Hub (V2) and products that write OCSF themselves.
///
/// Sources: OCSF schema, classes 2001–2008; Security Hub user guide, "EventBridge event formats" of the new Security Hub.
enum OCSFFormat {
    static func finding(_ envelope: EventEnvelope) -> Finding? {
        let json = envelope.detail
        let metadata = json["metadata"]
        // An incident (class 2005) lists the findings that it is made of, and is not one of them.
        let listed = json["finding_info_list"]?.elements.first
        // Class 2001 and schemas before 1.1 say `finding`.
        let info = json["finding_info"] ?? json["finding"] ?? listed
        let isIncident = json["finding_info"] ?? json["finding"] == nil && listed != nil
        let incident = metadata?.text("uid") == nil ? info?.text("uid").map { "incident/\($0)" } : nil
        let uid = isIncident ? incident : info?.text("uid")
        guard let id = uid ?? metadata?.text("uid") ?? info?.text("title") ?? json.text("message") else { return nil }
        let product = metadata?["product"]
        let productARN = product?.text("uid")
        let knownProduct = productARN.flatMap(Product.init(arn:))
        let isNamed = knownProduct.map(\.isDefault) ?? true
        let maker = Maker(
            uid: productARN,
            product: knownProduct,
            vendor: isNamed ? product?.text("vendor_name") : nil,
            name: isNamed ? product?.text("name") : nil
        )
        let cloud = json["cloud"]
        let resourceList = resourceList(json)
        let account =
            cloud?["account"]?["uid"]?.scalarText ?? cloud?["account_uid"]?.scalarText
            ?? resourceList.first?["owner"]?["account"]?["uid"]?.scalarText ?? cloud?["project_uid"]?.scalarText
            ?? envelope.account
        let resources = resourceList.compactMap(resource)
        let region = cloud?.text("region") ?? resources.first?.region ?? envelope.region
        // Another cloud may name its account and give it no number.
        let owner = account ?? cloud?["account"]?.text("name")
        let isSecurityHub = productARN.flatMap(ARN.init)?.service == "securityhub"
        let standards = standards(json)
        let (status, statusText) = status(json)
        let link = isSecurityHub ? uid.flatMap { ConsoleLink.securityHubV2(uid: $0, region: region) } : nil
        return Finding(
            key: uid.map {
                FindingKey(
                    id: $0,
                    idARN: ARN($0),
                    maker: maker,
                    account: owner,
                    region: region,
                    resource: resourceList.count == 1 ? resourceList.first.flatMap(identity) : nil
                )
            } ?? key(json, maker, account: owner, region: region),
            source: envelope.source ?? (isSecurityHub ? "aws.securityhub" : "ocsf"),
            kind: .ocsf,
            id: id,
            title: info?.text("title") ?? json.text("message") ?? json.text("class_name") ?? id,
            description: description(json, isIncident ? nil : info),
            severity: severity(json),
            account: account,
            accountName: cloud?["account"]?.text("name"),
            region: region,
            status: status,
            statusText: statusText,
            product: knownProduct?.awsName ?? product?.text("name") ?? "OCSF",
            types: types(json, info),
            controls: controls(json, standards: standards),
            standards: standards,
            tags: tags(resourceList),
            resources: resources,
            createdAt: date(info, "created_time") ?? date(json, "time"),
            updatedAt: date(info, "modified_time") ?? date(json, "time") ?? date(info, "created_time"),
            firstSeenAt: date(info, "first_seen_time"),
            lastSeenAt: date(info, "last_seen_time"),
            occurredAt: date(info, "created_time") == nil ? date(json, "time") : nil,
            url: link ?? ConsoleLink.checked(info?.text("src_url")),
            remediation: remediation(json, info),
            count: json["count"]?.integer,
            actor: OCSFContext.actor(json),
            sourceAddress: OCSFContext.sourceAddress(json)
        )
    }

    /// What is wrong, and, where the source says more of this one case than of its kind (`status_detail`), that too.
    private static func description(_ json: JSON, _ info: JSON?) -> String {
        let text = info?.text("desc") ?? json.text("desc") ?? json.text("message") ?? json.text("comment") ?? ""
        guard let detail = json.text("status_detail"), text.contains(detail) == false else { return text }
        return text.isEmpty ? detail : "\(text)\n\(detail)"
    }

    /// The types, and the vulnerabilities, as Inspector's own events have them.
    private static func types(_ json: JSON, _ info: JSON?) -> [String] {
        let vulnerabilities = (json["vulnerabilities"]?.elements ?? []).compactMap { $0.text("cve", "uid") }
        return ((info?["types"]?.texts ?? []) + vulnerabilities.prefix(20)).unique
    }

    /// The key of a finding without an id of its own.
    private static func key(_ json: JSON, _ maker: Maker, account: String?, region: String?) -> FindingKey {
        if let uid = json.text("metadata", "uid") {
            let former = FindingKey(bounding: "ocsf/\(uid)")
            if maker.isAWS { return former }
            let resources = resourceList(json)
            let scoped = FindingKey(
                id: uid,
                idARN: nil,
                maker: maker,
                account: account,
                region: region,
                resource: resources.count == 1 ? resources.first.flatMap(identity) : nil
            )
            return FindingKey(bounding: "ocsf/\(scoped.rawValue)", former: former)
        }
        let title = json["finding_info"]?.text("title") ?? json.text("message")
        let resources = resourceList(json).compactMap(resource).map(\.id).joined(separator: " ")
        func key(_ product: String?, former: FindingKey?) -> FindingKey {
            let parts: [String?] = [product, account, region, title, resources]
            return FindingKey(bounding: "ocsf/" + parts.map { $0 ?? "" }.joined(separator: "/"), former: former)
        }
        let former = key(maker.uid, former: nil)
        let hasNames = maker.product.map(\.isDefault) ?? (maker.isUnknown == false)
        return hasNames ? key(maker.identity, former: former) : former
    }

    /// A resource in the word that ASFF has for it too, the ARN where there is one.
    private static func identity(_ json: JSON) -> String? {
        let names = [json.text("uid"), json.text("uid_alt"), json.text("name")].compactMap(\.self)
        return names.first { $0.hasPrefix("arn:") } ?? json.text("uid") ?? json.text("name") ?? names.first
            ?? json.text("hostname")
    }

    /// The id decides; where it says other, unknown or nothing, the caption may still be one of the known words.
    static func severity(_ json: JSON) -> Severity {
        if let severity = json["severity_id"]?.integer.flatMap(Severity.init(ocsf:)) { return severity }
        guard let caption = json.text("severity") else { return .unknown }
        return caption.lowercased() == "fatal" ? .critical : Severity(label: caption) ?? .unknown
    }

    private static func resourceList(_ json: JSON) -> [JSON] {
        if let list = json["resources"], list.kind == .array, list.elements.isEmpty == false { return list.elements }
        return [json["resource"] ?? json["device"]].compactMap(\.self)
    }

    /// The new Security Hub gives the id within the service as `uid` and the ARN, which every other feed has, as `uid_alt`.
    private static func resource(_ json: JSON) -> Resource? {
        let uid = json.text("uid")
        let alternative = json.text("uid_alt")
        let isBetter = alternative.flatMap(ARN.init) != nil && uid.flatMap(ARN.init) == nil
        guard let id = isBetter ? alternative : uid ?? json.text("name") ?? alternative ?? json.text("hostname")
        else { return nil }
        return Resource(id: id, type: json.text("type"), region: json.text("region"))
    }

    /// Tags come as `{name, value}`, `{name, values}` or `{key, value}`, some without a value, and before OCSF 1.1 as labels, `key=value`.
    private static func tags(_ resources: [JSON]) -> [Tag] {
        var found: [Tag] = []
        for resource in resources {
            for element in resource["tags"]?.elements ?? [] {
                guard let key = element.text("name") ?? element.text("key") else { continue }
                let values = [element["value"]?.string].compactMap(\.self) + (element["values"]?.texts ?? [])
                found += (values.isEmpty ? [""] : values).map { Tag(key: key, value: $0) }
            }
            found += (resource["labels"]?.texts ?? []).map(tag)
        }
        return found.unique
    }

    /// A label `key=value` or, as Prowler writes them, `key:value`; AWS's own keys hold colons (`aws:cloudformation:…`).
    private static func tag(_ label: String) -> Tag {
        let colon = label.hasPrefix("aws:") ? label.lastIndex(of: ":") : label.firstIndex(of: ":")
        guard let end = label.firstIndex(of: "=") ?? colon else { return Tag(key: label, value: "") }
        return Tag(key: String(label[..<end]), value: String(label[label.index(after: end)...]))
    }

    private static func date(_ json: JSON?, _ key: String) -> Date? {
        SourceDate.read(json?[key + "_dt"]) ?? SourceDate.read(json?[key])
    }

    private static func remediation(_ json: JSON, _ info: JSON?) -> Remediation? {
        let remediation =
            json["remediation"] ?? info?["remediation"]
            ?? json["vulnerabilities"]?.elements.lazy.compactMap { $0["remediation"] }.first
        // Some list commands among the references.
        let references = (remediation?["references"]?.texts ?? []) + (remediation?["kb_articles"]?.texts ?? [])
        return Remediation.read(
            text: remediation?.text("desc"),
            url: references.first { ConsoleLink.checked($0) != nil }
        )
    }
}
