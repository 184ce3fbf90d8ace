import Store

/// Tells whoever looks at something when it changes.
///
/// Each topic is read by the beat while anybody listens to it, once for all of them, and what is told is only that
/// it changed: nobody learns anything here. What a slow listener has not taken is folded into one notice a topic, so that
/// no listener takes more room than another.
package actor ChangeFeed {
    /// How many may listen.
    package static let mostListeners = 200
    /// Topics of one listener.
    package static let mostTopics = 8
    /// How long one listens at a time: about ten minutes, not all for equally long, as those who came at once would come
    /// back at once.
    static let lifetime = Duration.seconds(600)
    static let lifetimeSpread = 60
    /// After so much silence there is a sign of life: less than what proxies and NATs allow.
    static let quietTime = Duration.seconds(15)
    /// Whoever has not taken a notice for so long is gone, or cannot follow.
    static let patience = Duration.seconds(30)
    static let beat = Duration.milliseconds(500)
    /// Topics that are remembered although nobody listens.
    static let mostRemembered = 100

    private struct Known {
        var state: TopicState
        /// Rises over all topics, so that the highest of some topics tells whether any of them has changed.
        var revision: Int
        var readAt: Duration
    }

    private struct Listener {
        var topics: [Topic]
        var bell: AsyncStream<Void>.Continuation
        var mayStay: @Sendable () async -> Bool
        var changed: Set<Topic> = []
        /// Whether to ask if it may stay.
        var isAsked = false
        var endsAt: Duration
        var heardAt: Duration
        /// Since when there is something for it that it has not taken.
        var rungAt: Duration?
    }

    private let read: @Sendable (Topic) async throws -> TopicState
    private let elapsed: @Sendable () -> Duration
    /// Tells the ids of this process from those of the one before.
    private let origin: String
    private nonisolated let arrivals = Signal()
    private var known: [Topic: Known] = [:]
    private var listeners: [Int: Listener] = [:]
    private var revision = 0
    private var lastKey = 0
    private var isClosed = false

    /// - Parameters:
    ///   - elapsed: Only goes forward.
    ///   - origin: What no other process has, hexadecimal digits.
    ///   - read: Reads what a topic is about.
    init(
        elapsed: @escaping @Sendable () -> Duration,
        origin: String = ChangeFeed.randomOrigin(),
        read: @escaping @Sendable (Topic) async throws -> TopicState
    ) {
        self.elapsed = elapsed
        self.origin = origin
        self.read = read
    }

    static func randomOrigin() -> String { String(UInt64.random(in: 1 << 60 ... .max), radix: 16) }

    /// How many listen.
    package var listenerCount: Int { listeners.count }

    /// How many of them have not taken yet what they were told.
    package var waitingCount: Int { listeners.values.count { $0.rungAt != nil } }

    /// The id of what is known of topics now, for whoever is about to show them: a change afterwards has another.
    ///
    /// - Parameter topics: At least one.
    /// - Returns: `nil` when one of them cannot be read; whoever listens with no id is told of what changes from then on.
    package func mark(_ topics: [Topic]) async -> String? {
        for topic in topics {
            do { try await look(topic) } catch { return nil }
        }
        return id(topics)
    }

    /// Begins to listen.
    ///
    /// - Parameters:
    ///   - topics: 1...``mostTopics``.
    ///   - since: The id up to which the listener knows everything; `nil` when it has just looked.
    ///   - mayStay: Asked now and then whether the listener still may.
    /// - Returns: What is told to it.
    /// - Throws: ``ChangeFeedRefusal``, or ``ReplayRefusal/unknown`` for a replay that is not there.
    package func listen(
        to topics: [Topic],
        since: String?,
        mayStay: @escaping @Sendable () async -> Bool
    ) async throws -> ChangeNotices {
        try requireRoom()
        for topic in topics {
            do {
                try await look(topic)
            } catch let refusal as ReplayRefusal {
                throw refusal
            } catch {
                // It is told of as soon as it can be read.
                continue
            }
        }
        // Others may have come meanwhile.
        try requireRoom()
        lastKey += 1
        let key = lastKey
        let (stream, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let now = elapsed()
        let id = id(topics)
        listeners[key] = Listener(
            topics: topics,
            bell: bell,
            mayStay: mayStay,
            endsAt: now + ChangeFeed.lifetime + .seconds(key % ChangeFeed.lifetimeSpread),
            heardAt: now
        )
        // A task of its own, since the end of a stream is told where nothing can wait: it only lets go of the listener.
        bell.onTermination = { [weak self] _ in Task { await self?.leave(key) } }
        arrivals.send()
        let isBehind = since.map { $0 != id } ?? false
        return ChangeNotices(key: key, bell: stream, feed: self, opening: isBehind ? .resync(id: id) : .opened(id: id))
    }

    /// Has every listener asked again whether it may stay, since somebody may have signed out.
    package func askAgain() {
        for key in listeners.keys {
            listeners[key]?.isAsked = true
            ring(key)
        }
    }

    /// Ends all listening, and lets nobody listen any more.
    package func close() {
        isClosed = true
        for key in listeners.keys { leave(key) }
        arrivals.finish()
    }

    /// Reads by the beat whatever is listened to, until it is cancelled.
    ///
    /// - Parameter clock: Whose time passes between two beats.
    /// - Throws: When it is cancelled.
    package func watch(on clock: some Clock<Duration>) async throws {
        for await _ in arrivals.stream() {
            while listeners.isEmpty == false, isClosed == false {
                try await clock.sleep(for: ChangeFeed.beat)
                await beat()
            }
        }
    }

    /// One beat: looks at what is due, gives signs of life, and lets go of those whose time is over.
    func beat() async {
        let now = elapsed()
        let wanted = listeners.values.reduce(into: Set<Topic>()) { $0.formUnion($1.topics) }
        for topic in wanted where isDue(topic, now) {
            // What cannot be read stays as it was; the page says so, and it is tried again.
            do { try await look(topic) } catch { known[topic]?.readAt = now }
        }
        for (key, listener) in listeners {
            if let rungAt = listener.rungAt, now - rungAt >= ChangeFeed.patience {
                leave(key)
            } else if now >= listener.endsAt {
                leave(key)
            } else if now - listener.heardAt >= ChangeFeed.quietTime {
                listeners[key]?.isAsked = true
                ring(key)
            }
        }
        forget()
    }

    /// What is due to a listener whose bell rang; `nil` when its time is over.
    func take(_ key: Int) async -> [ChangeNotice]? {
        guard let listener = listeners[key] else { return nil }
        if listener.isAsked, await listener.mayStay() == false {
            leave(key)
            return [.over]
        }
        // It may have left, or more may have changed, while it was asked.
        guard var listener = listeners[key] else { return nil }
        let id = id(listener.topics)
        let changed = listener.topics.filter(listener.changed.contains)
        listener.isAsked = false
        listener.changed = []
        listener.rungAt = nil
        listener.heardAt = elapsed()
        listeners[key] = listener
        guard let last = changed.last else { return [.quiet] }
        // Only the last one has the id: who did not get all of them comes back with the one before.
        return changed.dropLast().map { .changed($0, id: nil) } + [.changed(last, id: id)]
    }

    /// Lets go of a listener; one that is gone already is none.
    func leave(_ key: Int) { listeners.removeValue(forKey: key)?.bell.finish() }

    private func requireRoom() throws(ChangeFeedRefusal) {
        guard isClosed == false else { throw .closing }
        guard listeners.count < ChangeFeed.mostListeners else { throw .full }
    }

    private func ring(_ key: Int) {
        guard let listener = listeners[key] else { return }
        if listener.rungAt == nil { listeners[key]?.rungAt = elapsed() }
        listener.bell.yield()
    }

    private func look(_ topic: Topic) async throws {
        let begun = elapsed()
        let state: TopicState
        do {
            state = try await read(topic)
        } catch let refusal as ReplayRefusal {
            // A replay is forgotten after a day: whoever still looks at it is told once.
            if known.removeValue(forKey: topic) != nil { tell(topic) }
            throw refusal
        }
        guard known[topic]?.state != state else {
            known[topic]?.readAt = begun
            return
        }
        revision += 1
        known[topic] = Known(state: state, revision: revision, readAt: begun)
        tell(topic)
    }

    private func tell(_ topic: Topic) {
        for (key, listener) in listeners where listener.topics.contains(topic) {
            listeners[key]?.changed.insert(topic)
            ring(key)
        }
    }

    private func isDue(_ topic: Topic, _ now: Duration) -> Bool {
        guard let known = known[topic] else { return true }
        // Half a beat less, lest a beat that comes early makes it wait for another one.
        return now - known.readAt >= ChangeFeed.pace(topic) - ChangeFeed.beat / 2
    }

    /// How often a topic is read: a page that shows it is exchanged no more often.
    private static func pace(_ topic: Topic) -> Duration {
        switch topic {
        case .replay: beat
        case .overview, .deliveries, .findings, .rules, .shadow: .seconds(2)
        }
    }

    private func id(_ topics: [Topic]) -> String {
        let newest = topics.map { known[$0]?.revision ?? 0 }.max() ?? 0
        return "\(origin)-\(newest)"
    }

    private func forget() {
        guard known.count > ChangeFeed.mostRemembered else { return }
        let wanted = listeners.values.reduce(into: Set<Topic>()) { $0.formUnion($1.topics) }
        known = known.filter { wanted.contains($0.key) }
    }
}

/// Why nobody more can listen.
package enum ChangeFeedRefusal: Error, Hashable {
    /// ``ChangeFeed/mostListeners`` listen.
    case full
    /// The process is going down.
    case closing
}

extension ChangeFeedRefusal: Refusal {
    package var answer: RefusalAnswer {
        switch self {
        case .full:
            RefusalAnswer(
                .unavailable(retryAfter: 60),
                detail: """
                    \(ChangeFeed.mostListeners) pages and programs listen for changes already, and no more can. Close some, \
                    or ask for what you want to see now and then.
                    """
            )
        case .closing:
            RefusalAnswer(.unavailable(retryAfter: 5), detail: "The service is going down; nobody can listen any more.")
        }
    }
}
