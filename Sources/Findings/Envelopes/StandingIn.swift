/// What a transport tells of the account and the Region of records that do not say it themselves.
extension LogOrigin {
    /// The account of the log group, unless centralised logs name that of the event; the Region where a centralised log, or
    /// the name that CloudTrail gives its streams (`<account>_CloudTrail_<region>`), tells it.
    func standingIn(_ surroundings: BodyWalk.Surroundings) -> BodyWalk.Surroundings {
        var inner = surroundings
        let account = field("@aws.account") ?? owner
        if let account, account.isEmpty == false, account.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            inner.account = account
        }
        let parts = stream?.split(separator: "_").map(String.init) ?? []
        let named = parts.count >= 3 && parts[1] == "CloudTrail" ? parts[2] : nil
        inner.region = field("@aws.region") ?? named ?? surroundings.region
        return inner
    }

    private func field(_ name: String) -> String? { fields.first { $0.key == name }?.value }
}

/// Where a Firehose request says it comes from: its head, which is kept beside the request's own members, or the input of
/// a transformation Lambda.
///
/// Source: Data Firehose developer guide, "HTTP endpoint delivery request and response specifications". The common
/// attributes are the words of the stream's owner, and go before what the stream's ARN says.
struct FirehoseOrigin {
    private var account: String?
    private var region: String?

    init(_ json: JSON) {
        let arn = (json.text(FirehoseHead.sourceARN) ?? json.text("deliveryStreamArn")).flatMap(ARN.init)
        account = arn?.account
        region = arn?.region ?? json.text("region")
        let given = json[FirehoseHead.commonAttributes]
        for member in (given?["commonAttributes"] ?? given)?.members ?? [] {
            guard let value = member.value.scalarText else { continue }
            switch String(member.key.lowercased().filter { $0.isLetter }) {
            case "account", "accountid", "awsaccount", "awsaccountid": account = value
            case "region", "awsregion": region = value
            default: break
            }
        }
    }

    func standingIn(_ surroundings: BodyWalk.Surroundings) -> BodyWalk.Surroundings {
        var inner = surroundings
        inner.account = account ?? surroundings.account
        inner.region = region ?? surroundings.region
        return inner
    }
}

/// The members under which the head of a Firehose request is kept in its body, named like the fields.
package enum FirehoseHead {
    /// The ARN of the delivery stream.
    package static let sourceARN = "x-amz-firehose-source-arn"
    /// `{"commonAttributes":{…}}`, as JSON.
    package static let commonAttributes = "x-amz-firehose-common-attributes"
    /// A request that is no JSON object as it came, in Base64.
    package static let data = "data_base64"
}
