package import HTTPTypes

extension HTTPField.Name {
    /// The correlation id of one request, given by the sender or by us.
    package static let requestID = HTTPField.Name(constant: "X-Request-Id")
    /// What Firehose presents to an HTTP endpoint (Firehose developer guide, "HTTP endpoint delivery specifications").
    package static let firehoseAccessKey = HTTPField.Name(constant: "X-Amz-Firehose-Access-Key")
    static let frameOptions = HTTPField.Name(constant: "X-Frame-Options")
    package static let secFetchSite = HTTPField.Name(constant: "Sec-Fetch-Site")
    package static let referrerPolicy = HTTPField.Name(constant: "Referrer-Policy")

    /// A name that stands in the source text; only for constants, since a name that is no RFC 9110 token ends the process.
    package init(constant: StaticString) {
        guard let name = HTTPField.Name(constant.description) else {
            preconditionFailure("\(constant) is not a header name")
        }
        self = name
    }
}
