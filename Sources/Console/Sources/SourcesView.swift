import FoundationEssentials
import HTTPSurface
import Operations
import Store

/// The queues that are pulled, as the overview and the page of destinations show them.
struct SourcesView {
    var sources: [SourceState]
    var now: Date

    /// A card with a row for each; nothing where nothing is pulled.
    var card: HTML {
        guard sources.isEmpty == false else { return "" }
        return """
            <section class="card" id="sources"><header><h2>Sources</h2><span class="s f">pulled</span></header>\
            <div class="scroll" tabindex="0" role="region" aria-label="Sources"><table class="mid stackable">\
            <caption class="vh">Queues that are pulled</caption><thead><tr><th scope="col">Source</th><th scope="col">State</th>\
            <th scope="col">Last message</th><th scope="col" class="num">Oldest</th></tr></thead>\
            <tbody>\(sources.map(row))</tbody></table></div></section>
            """
    }

    private func row(_ source: SourceState) -> HTML {
        let last: HTML = source.lastMessageAt.map { .moment($0) } ?? #"<span class="f">none yet</span>"#
        let oldest: HTML =
            source.oldestSentAt.map { "\(ShownNumber.duration(max(0, now.timeIntervalSince($0))))" }
            ?? #"<span class="f">–</span>"#
        return """
            <tr><td><b>\(source.name)</b><span class="xs f blk">\(source.type) · \(source.region) · \
            <a class="u" href="/settings/sources">settings</a></span></td><td data-l="State">\(state(source))</td>\
            <td data-l="Last message">\(last)</td><td data-l="Oldest" class="num">\(oldest)</td></tr>
            """
    }

    private func state(_ source: SourceState) -> HTML {
        switch source.phase {
        case .starting: return #"<span class="st m">\#(.icon(.clock))starting</span>"#
        case .pulling: return #"<span class="st t-ok">\#(.icon(.check))pulled</span>"#
        case .held:
            return """
                <span><span class="st t-warn">\(.icon(.pause))held</span><span class="xs f blk">the store takes nothing; \
                messages wait in the queue</span></span>
                """
        case .failing:
            let since: HTML = source.failure.map { ", since \(.moment($0.since))" } ?? ""
            let why: HTML = source.failure.map { "\($0.kind.words)" } ?? ""
            return """
                <span><span class="st t-bad">\(.icon(.stop))failing</span><span class="xs f blk">\(why)\(since)</span></span>
                """
        }
    }
}
