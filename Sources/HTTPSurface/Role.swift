/// What a token is for. A token without a role may do everything.
package enum Role: String, Sendable, Hashable, CaseIterable {
    /// Posts events, and nothing else.
    case sender
    /// Reads.
    case viewer
    /// Reads; silences, pauses and resumes, sends again.
    case responder
    /// What a responder may, and changes the rules.
    case editor
}

/// What a request is about to do, as far as roles tell requests apart.
package enum Deed: Sendable, Hashable, CaseIterable {
    case send
    case read
    case respond
    case edit

    /// What is done, after "may not".
    package var words: String {
        switch self {
        case .send: "post events"
        case .read: "read"
        case .respond: "silence, pause, resume, retry or drop anything"
        case .edit: "change the rules"
        }
    }
}

extension Role {
    /// Whether whoever has the role may do this.
    package func allows(_ deed: Deed) -> Bool {
        switch self {
        case .sender: deed == .send
        case .viewer: deed == .read
        case .responder: deed == .read || deed == .respond
        case .editor: deed != .send
        }
    }
}
