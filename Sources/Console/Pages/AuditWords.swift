/// What somebody did, in words for people: the audit keeps names that programs can go by.
enum AuditWords {
    private static let words = [
        "delivery.redrive": "Dead letters sent again", "delivery.retry": "Message tried again",
        "destination.pause": "Destination paused", "destination.resume": "Destination resumed",
        "destination.test": "Test message sent", "draft.create": "Draft begun", "draft.discard": "Draft thrown away",
        "draft.edit": "Draft edited", "draft.land": "Proposed draft came into force",
        "draft.merge": "Draft put together with the rules in force", "draft.propose": "Draft proposed",
        "draft.undo": "Last edit of the draft undone", "quarantine.drop": "Quarantined item thrown away",
        "quarantine.retry": "Quarantined item read again", "replay.cancel": "Measuring of an effect stopped",
        "replay.start": "Effect measured on what was observed", "routes.publish": "Rules published",
        "routes.reload": "Rules loaded again", "session.end": "Session ended", "set-aside.retry": "Entry applied again",
        "shadow.start": "Shadow begun", "shadow.stop": "Shadow ended", "silence.create": "Silence begun",
        "silence.edit": "Silence edited", "silence.end": "Silence ended",
    ]

    static var actions: Set<String> { Set(words.keys) }

    /// - Parameter action: As the audit has it.
    /// - Returns: `nil` for one that only a later version knows.
    static func words(for action: String) -> String? { words[action] }
}
