import FoundationEssentials
import HTTPSurface
import Operations

/// Who is signed in.
struct SessionsPage {
    var sessions: [OpenSession]
    var visitor: Visitor
    var page: Page {
        Page(
            title: "Sessions",
            area: nil,
            content: """
                <div class="head"><div><h1>Sessions</h1><p>Who is signed in to the console. A session ends by itself after 12 \
                hours, after half an hour without use, and with its token.</p>\(obstacle)</div>\(endAll)</div>\(list)
                """
        )
    }

    /// Why nothing is ended from here; whoever may read ends their own.
    private var obstacle: HTML {
        guard visitor.isReadOnly else { return "" }
        return visitor.obstacle(to: .edit).map { #"<p class="hint">\#($0)</p>"# } ?? ""
    }

    /// Whether it is one that the visitor may end: their own, or as an editor any.
    private func mayEnd(_ session: OpenSession) -> Bool {
        session.kind == .token && (visitor.caller.may(.edit) || session.person == visitor.caller.name)
    }

    /// Switched off where nothing can be changed, which stands once above.
    private func controls(_ controls: HTML) -> HTML {
        visitor.isReadOnly ? #"<fieldset class="off" disabled>\#(controls)</fieldset>"# : controls
    }

    private var endAll: HTML {
        let others = sessions.filter { mayEnd($0) && $0.handle != visitor.session }
        guard others.isEmpty == false else { return "" }
        let own: HTML =
            others.contains { $0.person == visitor.caller.name }
            ? #"<button class="b" name="of" value="own">End all my other sessions</button>"# : ""
        let everybody: HTML =
            visitor.caller.may(.edit)
            ? #"<button class="b" name="of" value="everybody">End all other sessions</button>"# : ""
        return """
            <form class="row wrap" method="post" action="/sessions/end">\(visitor.proofField)\(controls("\(own)\(everybody)"))</form>
            """
    }

    private var list: HTML {
        guard sessions.isEmpty == false else {
            return """
                <section class="card"><p class="body m">Nobody is signed in: programs with a token of their own, and whoever is \
                on this machine where none is asked for, have no session.</p></section>
                """
        }
        let rows: [HTML] = sessions.map(row)
        return """
            <section class="card"><div class="scroll" tabindex="0" role="region" aria-label="Sessions">\
            <table class="mid stackable"><caption class="vh">Sessions, the last used first</caption><thead><tr>\
            <th scope="col">Who</th><th scope="col">May</th><th scope="col">Signed in</th><th scope="col">Last seen</th>\
            <th scope="col">By</th><th scope="col"><span class="vh">End</span></th></tr></thead>\
            <tbody>\(rows)</tbody></table></div></section>
            """
    }

    private func row(_ session: OpenSession) -> HTML {
        let isThis: HTML =
            session.handle == visitor.session || (session.kind == .proxy && session.person == visitor.caller.name)
            ? #" <span class="tag">you, here</span>"# : ""
        let end: HTML =
            mayEnd(session)
            ? """
            <form method="post" action="/sessions/end">\(visitor.proofField)\(.hiddenField("session", session.handle))\
            \(controls(#"<button class="b sm">End<span class="vh"> the session of \#(SessionsPage.name(session))</span></button>"#))</form>
            """ : ""
        return """
            <tr><td data-l="Who"><span>\(SessionsPage.name(session))\(isThis)</span></td>\
            <td data-l="May">\(session.role ?? "everything")</td>\
            <td data-l="Signed in" class="s nw">\(.moment(session.since))</td>\
            <td data-l="Last seen" class="s nw">\(.moment(session.usedAt))</td>\
            <td data-l="By" class="s">\(SessionsPage.words(session.kind))</td><td class="num">\(end)</td></tr>
            """
    }

    private static func name(_ session: OpenSession) -> String {
        switch session.kind {
        case .token: session.person.hasPrefix("token.") ? String(session.person.dropFirst(6)) : session.person
        case .proxy: String(session.person.dropLast(ProxySignIn.suffix.count))
        }
    }

    private static func words(_ kind: OpenSession.Kind) -> HTML {
        switch kind {
        case .token: "token"
        case .proxy: #"<span>the proxy in front<span class="xs f blk">ends there</span></span>"#
        }
    }
}
