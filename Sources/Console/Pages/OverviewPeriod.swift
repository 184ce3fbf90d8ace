import HTTPSurface

/// How far back the overview accounts for what was accepted.
enum OverviewPeriod: String, CaseIterable {
    case day = "24h"
    case week = "7d"
    case month = "30d"

    var seconds: Double {
        switch self {
        case .day: 86_400
        case .week: 604_800
        case .month: 2_592_000
        }
    }

    private var words: String {
        switch self {
        case .day: "24 h"
        case .week: "7 days"
        case .month: "30 days"
        }
    }

    static func links(_ chosen: OverviewPeriod) -> HTML {
        let links: [HTML] = allCases.map { period in
            let mark: HTML = period == chosen ? #" aria-current="true""# : ""
            return #"<a href="/?since=\#(period.rawValue)"\#(mark)>\#(period.words)</a>"#
        }
        return #"<nav class="seg" aria-label="Period">\#(links)</nav>"#
    }
}
