extension EffectView.Count.Kind {
    var title: String {
        switch self {
        case .nobody: "reach nobody"
        case .suppressed: "newly suppressed"
        case .fewer: "told at fewer places"
        case .more: "told at more or other places"
        case .terms: "told on other terms"
        case .told: "newly told"
        }
    }

    var icon: Icon {
        switch self {
        case .nobody: .nobody
        case .suppressed: .mute
        case .fewer: .minus
        case .more: .plus
        case .terms: .swap
        case .told: .plus
        }
    }

    var look: String {
        switch self {
        case .nobody: "t-bad"
        case .suppressed, .fewer: "t-loss"
        case .more, .told: "t-gain"
        case .terms: "t-move"
        }
    }
}
