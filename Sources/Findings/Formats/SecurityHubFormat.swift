import FoundationEssentials

/// The AWS Security Finding Format (ASFF) of Security Hub CSPM.
///
/// Sources: Security Hub API reference, `AwsSecurityFinding`; Security Hub user guide, "EventBridge event formats".
enum SecurityHubFormat {
    /// Reads one ASFF finding; `nil` when it has nothing that a finding could be known by.
    static func finding(_ envelope: EventEnvelope) -> Finding? {
        let json = envelope.detail
        let id = json.text("Id")
        let idARN = id.flatMap(ARN.init)
        let resourceList = json["Resources"]?.elements ?? []
        let resources = resourceList.compactMap(resource)
        let types = (json["Types"] ?? json["FindingProviderFields"]?["Types"])?.texts ?? []
        let title =
            json.text("Title") ?? json.text("Compliance", "SecurityControlId") ?? json.text("GeneratorId")
            ?? types.first
        guard id ?? title ?? resources.first?.id != nil else { return nil }
        let productARN = json.text("ProductArn")
        let product = productARN.flatMap(Product.init(arn:))
        let fields = json["ProductFields"]
        let account = json["AwsAccountId"]?.scalarText ?? envelope.account
        let region = json.text("Region") ?? resources.first?.region ?? envelope.region
        let isNamed = product.map(\.isDefault) ?? true
        let maker = Maker(
            uid: productARN,
            product: product,
            vendor: isNamed ? json.text("CompanyName") ?? fields?.text("aws/securityhub/CompanyName") : nil,
            name: isNamed ? toolName(json, fields) : nil
        )
        let key =
            id.map {
                FindingKey(
                    id: $0,
                    idARN: idARN,
                    maker: maker,
                    account: account,
                    region: region,
                    resource: resourceList.count == 1 ? resources.first?.id : nil
                )
            } ?? key(maker, json, account: account, region: region, resources: resources)
        let sourceURL = ConsoleLink.checked(json.text("SourceUrl"))
        let standards = standards(json, fields, idARN: idARN)
        let (status, statusText) = status(json)
        return Finding(
            key: key,
            source: envelope.source ?? "aws.securityhub",
            kind: .securityHub,
            id: id ?? key.rawValue,
            title: title ?? resources.first?.id ?? "",
            description: json.text("Description") ?? "",
            severity: severity(json, fields),
            account: account,
            accountName: json.text("AwsAccountName"),
            region: region,
            status: status,
            statusText: statusText,
            product: product?.awsName ?? json.text("ProductName") ?? fields?.text("aws/securityhub/ProductName")
                ?? product?.name ?? "Security Hub",
            types: types,
            controls: controls(json, fields, product: product, standards: standards),
            standards: standards,
            tags: tags(resourceList),
            resources: resources,
            createdAt: SourceDate.read(json["CreatedAt"]),
            updatedAt: SourceDate.read(json["UpdatedAt"]),
            firstSeenAt: SourceDate.read(json["FirstObservedAt"]),
            lastSeenAt: SourceDate.read(json["LastObservedAt"]),
            url: id.flatMap { ConsoleLink.securityHub(id: $0, region: region) } ?? sourceURL,
            remediation: remediation(json, fields),
            count: fields?.text("aws/guardduty/service/count").flatMap { Int($0) },
            actor: resourceList.lazy.compactMap {
                $0["Details"]?["AwsIamAccessKey"]?.text("PrincipalName")
                    ?? $0["Details"]?["AwsIamAccessKey"]?.text("UserName")
            }.first,
            sourceAddress: sourceAddress(json["Action"])
        )
    }

    /// The tool behind a finding, for the many that an account imports under one ARN. Where Security Hub calls it "Default",
    /// templates name it among their fields, or at the beginning of the generator: `Trivy/CVE-2026-0001`.
    private static func toolName(_ json: JSON, _ fields: JSON?) -> String? {
        let names = [
            json.text("ProductName"), fields?.text("aws/securityhub/ProductName"), fields?.text("Product Name"),
            fields?.text("ProductName"), fields?.text("ProviderName"),
        ]
        if let name = names.lazy.compactMap(Maker.tool).first { return name }
        guard let generator = json.text("GeneratorId"), generator.hasPrefix("arn:") == false,
            let slash = generator.firstIndex(of: "/")
        else { return nil }
        return Maker.tool(String(generator[..<slash]))
    }

    /// The key of a finding without an id.
    private static func key(
        _ maker: Maker,
        _ json: JSON,
        account: String?,
        region: String?,
        resources: [Resource]
    ) -> FindingKey {
        func key(_ product: String?, former: FindingKey?) -> FindingKey {
            let parts: [String?] = [
                product, account, region, json.text("GeneratorId"), json.text("Title"),
                resources.map(\.id).joined(separator: " "),
            ]
            return FindingKey(bounding: "asff/" + parts.map { $0 ?? "" }.joined(separator: "/"), former: former)
        }
        let former = key(maker.uid, former: nil)
        let hasNames = maker.uid == nil && maker.isUnknown == false || maker.product?.isDefault == true
        return hasNames ? key(maker.identity, former: former) : former
    }

    /// The address of the caller; that of a connection only when it came in.
    private static func sourceAddress(_ action: JSON?) -> String? {
        let connection = action?["NetworkConnectionAction"]
        let inbound = connection?.text("ConnectionDirection") == "INBOUND" ? connection : nil
        let probe = action?["PortProbeAction"]?["PortProbeDetails"]?.elements.first
        return [action?["AwsApiCallAction"], inbound, probe].lazy
            .compactMap { $0?["RemoteIpDetails"] }
            .compactMap { $0.text("IpAddressV4") ?? $0.text("IpAddressV6") }.first
    }

    private static func resource(_ json: JSON) -> Resource? {
        guard let id = json.text("Id") else { return nil }
        return Resource(id: id, type: json.text("Type"), region: json.text("Region"))
    }

    /// The label wins over the number, the customer's severity over the provider's; events of 2020 have the label only
    /// in `ProductFields`. `Product` and `Original` are the provider's own scale and never become a label.
    static func severity(_ json: JSON, _ fields: JSON?) -> Severity {
        let own = json["Severity"]
        let providers = json["FindingProviderFields"]?["Severity"]
        return own?.text("Label").flatMap(Severity.init(label:))
            ?? own?["Normalized"]?.double.flatMap(Severity.init(normalized:))
            ?? fields?.text("aws/securityhub/SeverityLabel").flatMap(Severity.init(label:))
            ?? providers?.text("Label").flatMap(Severity.init(label:))
            ?? providers?["Normalized"]?.double.flatMap(Severity.init(normalized:)) ?? .unknown
    }

    /// Whether it is one of Prowler's checks that a person has to make: nothing has failed, and nothing is known to be
    /// wrong. In ASFF its `MANUAL` is the status `NOT_AVAILABLE`.
    private static func isManualCheck(_ json: JSON) -> Bool {
        guard json.text("Compliance", "Status") == "NOT_AVAILABLE" else { return false }
        return json.text("ProductArn")?.hasSuffix("product/prowler/prowler") == true
            || json.text("ProductName") == "Prowler" || json["ProductFields"]?.text("ProviderName") == "Prowler"
    }

    /// Archived, resolved or passed is over; notified and suppressed is known upstream. The old `WorkflowState` counts
    /// only where there is no `Workflow`: Security Hub keeps sending it, always `NEW`.
    static func status(_ json: JSON) -> (FindingStatus, String?) {
        let workflow = json.text("Workflow", "Status") ?? json.text("WorkflowState")
        let record = json.text("RecordState")
        let compliance = json.text("Compliance", "Status")
        var text = workflow
        for word in [record, compliance] {
            guard let word else { continue }
            text = text.map { "\($0)/\(word)" } ?? word
        }
        if record == "ARCHIVED" || workflow == "RESOLVED" || compliance == "PASSED" { return (.resolved, text) }
        if isManualCheck(json) { return (.acknowledged, text) }
        switch workflow {
        case "NOTIFIED", "SUPPRESSED", "ASSIGNED", "IN_PROGRESS", "DEFERRED": return (.acknowledged, text)
        default: return (.active, text)
        }
    }

    /// The standards without the word before them: `aws-foundational-security-best-practices/v/1.0.0`.
    private static func standards(_ json: JSON, _ fields: JSON?, idARN: ARN?) -> [String] {
        var found: [String] = []
        for element in json["Compliance"]?["AssociatedStandards"]?.elements ?? [] {
            if let standard = element.text("StandardsId") { found.append(Standard.name(standard)) }
        }
        for key in ["StandardsArn", "StandardsGuideArn"] {
            if let arn = fields?.text(key).flatMap(ARN.init) { found.append(Standard.name(arn.resource)) }
        }
        if found.isEmpty, let idARN, idARN.service == "securityhub" {
            let parts = idARN.resource.split(separator: "/")
            if parts.count > 3, parts[0] == "subscription", parts[2] == "v" {
                found.append(parts[1...3].joined(separator: "/"))
            }
        }
        return found.unique
    }

    private static func controls(_ json: JSON, _ fields: JSON?, product: Product?, standards: [String]) -> [String] {
        var found: [String] = []
        func add(_ control: String?) {
            guard let control else { return }
            let named = Standard.control(control, of: standards)
            if found.contains(named) == false { found.append(named) }
        }
        add(json.text("Compliance", "SecurityControlId"))
        add(fields?.text("ControlId"))
        add(fields?.text("RuleId"))
        if found.isEmpty, product?.awsName == "Security Hub", let generator = json.text("GeneratorId"),
            generator.contains("/")
        {
            add(generator.split(separator: "/").last.map(String.init))
        }
        return found
    }

    private static func tags(_ resources: [JSON]) -> [Tag] {
        var found: [Tag] = []
        for resource in resources {
            for member in resource["Tags"]?.members ?? [] {
                guard let value = member.value.string else { continue }
                found.append(Tag(key: member.key, value: value))
            }
        }
        return found.unique
    }

    private static func remediation(_ json: JSON, _ fields: JSON?) -> Remediation? {
        let recommendation = json["Remediation"]?["Recommendation"]
        return Remediation.read(
            text: recommendation?.text("Text"),
            url: recommendation?.text("Url") ?? fields?.text("RecommendationUrl")
        )
    }
}

/// Names of compliance standards.
enum Standard {
    /// `standards/pci-dss/v/3.2.1` and `ruleset/cis-aws-foundations-benchmark/v/1.2.0` without their first word.
    static func name(_ text: String) -> String {
        for prefix in ["standards/", "ruleset/"] where text.hasPrefix(prefix) {
            return String(text.dropFirst(prefix.count))
        }
        return text
    }

    /// CIS numbers its rules, so that `1.14` needs the word before it: `CIS.1.14`.
    static func control(_ id: String, of standards: [String]) -> String {
        let isNumber = id.utf8.first.map { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") } ?? false
        return isNumber && standards.contains { $0.hasPrefix("cis-") } ? "CIS.\(id)" : id
    }
}

extension Remediation {
    /// What can be done, or `nil` when neither words nor a usable address are given.
    static func read(text: String?, url: String?) -> Remediation? {
        let url = ConsoleLink.checked(url)
        guard text ?? url != nil else { return nil }
        return Remediation(text: text, url: url)
    }
}
