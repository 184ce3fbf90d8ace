extension Partition {
    /// What follows the Region in the name of a service's host: `sns.eusc-de-east-1.amazonaws.eu`.
    package var dnsSuffix: String {
        switch self {
        case .aws, .govCloud: "amazonaws.com"
        case .china: "amazonaws.com.cn"
        case .europeanSovereign: "amazonaws.eu"
        case .iso: "c2s.ic.gov"
        case .isoB: "sc2s.sgov.gov"
        case .isoE: "cloud.adc-e.uk"
        case .isoF: "csp.hci.ic.gov"
        }
    }

    /// The host of the console; `nil` where it is not on the public internet.
    var consoleHost: String? {
        switch self {
        case .aws: "console.aws.amazon.com"
        case .china: "console.amazonaws.cn"
        case .govCloud: "console.amazonaws-us-gov.com"
        case .europeanSovereign: "console.amazonaws-eusc.eu"
        case .iso, .isoB, .isoE, .isoF: nil
        }
    }
}
