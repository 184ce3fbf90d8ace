/// Addresses of console pages and the check of addresses that sources give.
///
/// The console of each partition has its own host (``Partition/consoleHost``), and some have none on the public internet.
/// In `aws` a Region's own host is used where the page needs one.
enum ConsoleLink {
    /// Security Hub CSPM, the list of findings filtered to one; the filter is encoded twice, the id once.
    static func securityHub(id: String, region: String?) -> String? {
        page(
            "securityhub/home",
            region,
            isRegional: true,
            "#/findings?search=Id%3D%255Coperator%255C%253AEQUALS%255C%253A",
            id
        )
    }

    /// Security Hub (V2), the list of findings filtered to one.
    static func securityHubV2(uid: String, region: String?) -> String? {
        page(
            "securityhub/v2/home",
            region,
            "#/findings?search=finding_info.uid%3D%255Coperator%255C%253AEQUALS%255C%253A",
            uid
        )
    }

    static func insights(region: String?) -> String? {
        page("securityhub/home", region, isRegional: true, "#/insights")
    }

    static func guardDuty(id: String, region: String?) -> String? {
        page("guardduty/home", region, "#/findings?search=id%3D", id)
    }

    static func inspector(arn: String, region: String?) -> String? {
        page("inspector/v2/home", region, "#/findings/all?findingArn=", arn)
    }

    static func macie(id: String, region: String?) -> String? {
        page("macie/home", region, "#findings?search=id%3D", id)
    }

    static func accessAnalyzer(id: String, region: String?) -> String? {
        page("access-analyzer/home", region, "#/findings/details/", id)
    }

    static func configRule(_ name: String, region: String?) -> String? {
        page("config/home", region, "#/rules/details?configRuleName=", name)
    }

    static func alarm(_ name: String, region: String?) -> String? {
        page("cloudwatch/home", region, "#alarm:alarmFilter=ANY;name=", name)
    }

    static func cloudTrail(eventID: String, region: String?) -> String? {
        page("cloudtrail/home", region, "#/events/", eventID)
    }

    /// CloudTrail's list of unusual activity.
    static func cloudTrailInsights(region: String?) -> String? { page("cloudtrail/home", region, "#/insights") }

    /// The Health dashboard, which is the same page for every Region of a partition.
    static func health(arn: String) -> String? {
        guard let partition = ARN(arn)?.partition,
            let host = (Partition(rawValue: partition) ?? .aws).consoleHost
        else { return nil }
        return "https://\(host)/health/home#/event-log?eventID=\(arn.percentEncoded)"
    }

    static func trustedAdvisor(region: String?) -> String? {
        Partition(region: region ?? "").consoleHost.map { "https://\($0)/trustedadvisor/home#/dashboard" }
    }

    /// An address that a source gives, if it is one of the web without anything that could break out of a link.
    static func checked(_ url: String?) -> String? {
        guard let url, url.utf8.count <= 2048,
            url.utf8.starts(with: "https://".utf8) || url.utf8.starts(with: "http://".utf8),
            url.utf8.allSatisfy(isSafe)
        else { return nil }
        return url
    }

    private static func isSafe(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"), UInt8(ascii: "^"),
            UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
            false
        default: byte > 0x20 && byte < 0x7F
        }
    }

    /// The page at a path of the Region's console, with a fragment that ends in the encoded id.
    private static func page(
        _ path: String,
        _ region: String?,
        isRegional: Bool = false,
        _ fragment: String,
        _ id: String = ""
    ) -> String? {
        guard let region, isRegionCode(region) else { return nil }
        let partition = Partition(region: region)
        guard let host = partition.consoleHost else { return nil }
        var link: [UInt8] = []
        // As long as these links get with an ARN in them.
        link.reserveCapacity(512)
        link.append(contentsOf: "https://".utf8)
        if isRegional, partition == .aws {
            link.append(contentsOf: region.utf8)
            link.append(UInt8(ascii: "."))
        }
        link.append(contentsOf: host.utf8)
        link.append(UInt8(ascii: "/"))
        link.append(contentsOf: path.utf8)
        link.append(contentsOf: "?region=".utf8)
        link.append(contentsOf: region.utf8)
        link.append(contentsOf: fragment.utf8)
        id.appendPercentEncoded(to: &link)
        return String(decoding: link, as: UTF8.self)
    }

    /// Lower-case letters, digits and hyphens with at least one hyphen: `global` and placeholders have no console.
    private static func isRegionCode(_ region: String) -> Bool {
        region.utf8.count <= 32 && region.utf8.contains(UInt8(ascii: "-"))
            && region.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
            }
    }
}
