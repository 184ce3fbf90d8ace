import HTTPSurface

/// The door, where no token was presented.
enum SignInPage {
    /// - Parameters:
    ///   - next: The path to go to afterwards.
    ///   - mistake: Why the last try did not open it.
    ///   - version: Of the program.
    ///   - look: How it is to look.
    /// - Returns: The whole document.
    static func document(next: String, mistake: String?, version: String, look: Look) -> HTML {
        let fault: HTML =
            mistake.map { #"<p class="t-bad s" role="alert" id="mistake">\#($0)</p>"# } ?? ""
        let described: HTML = mistake == nil ? "" : #" aria-invalid="true" aria-describedby="mistake""#
        return Page.frame(
            title: "Sign in",
            look: look,
            bodyClass: "doorpage",
            body: """
                <main class="door"><div class="card"><form class="body stack-4" method="post" action="/sign-in">\
                <h1 class="row">\(Page.flame)Noroshi</h1><input type="hidden" name="next" value="\(next)">\
                <div class="stack"><label for="t">Token</label><input class="full" id="t" type="password" name="token" \
                autocomplete="current-password" required\(described)>\(fault)<p class="hint">One of the server’s tokens: \
                NOROSHI_TOKEN_<i>NAME</i>.</p></div><button class="b p full">Sign in</button>\
                <p class="hint">Ends after 12 h, or 30 min without use. Nothing is stored in the browser but a cookie that \
                scripts cannot read.</p></form></div><p class="s f">Noroshi \(version)</p></main>
                """
        )
    }
}
