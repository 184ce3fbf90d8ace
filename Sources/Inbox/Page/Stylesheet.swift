import HTTPSurface

/// How the pages look: light and dark by the reader's own setting, legible without colour.
enum Stylesheet {
    /// Three fires, each a little farther off: how a message went from hill to hill.
    static let mark: HTML = """
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><path class="hill" d="M0 28 8 19l6 6 7-11 11 14z"/>\
        <path class="fire" d="M21 12c-3-3 1-5 0-9 4 2 6 6 3 9-1 1-2 1-3 0z"/><circle class="fire" cx="8" cy="15.5" r="1.8"/></svg>
        """

    static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#5b6b7f" d="M0 28 8 19l6 6 7-11 11 14z"/>\
        <path fill="#d9480f" d="M21 12c-3-3 1-5 0-9 4 2 6 6 3 9-1 1-2 1-3 0z"/><circle fill="#d9480f" cx="8" cy="15.5" r="1.8"/></svg>
        """

    static let text = """
        :root{--ground:#f4f2ee;--card:#fff;--ink:#1d1c1d;--soft:#5f6368;--line:#dedad2;--accent:#b93c08;--good:#1a6b3c;
        --bad:#a3161b;--bad-ground:#fdecea;--code:#f6f5f2;--link:#0b5cad;--hill:#5b6b7f;--fire:#d9480f}
        @media (prefers-color-scheme:dark){:root{--ground:#16181b;--card:#1f2226;--ink:#e4e5e7;--soft:#a3a8ae;--line:#343a40;
        --accent:#ff9a62;--good:#6fd39a;--bad:#ff8a86;--bad-ground:#3a2023;--code:#171a1d;--link:#7ab8ff;--hill:#7d8ea3;--fire:#ff7a3c}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,
        "Noto Sans",sans-serif;overflow-wrap:anywhere}
        a{color:var(--link)}
        h1,h2,p,dl{margin:0}
        code,pre,.where{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.87em}
        .mark{width:1.5em;height:1.5em;vertical-align:-.3em}.hill{fill:var(--hill)}.fire{fill:var(--fire)}
        .bar{position:sticky;top:0;z-index:1;background:var(--card);border-bottom:1px solid var(--line)}
        .bar>div,main{max-width:56rem;margin:0 auto;padding:.7rem 1rem}
        .bar>div{display:flex;align-items:center;gap:1rem;flex-wrap:wrap}
        .bar h1{font-size:1.15rem;letter-spacing:.01em}.bar h1 a{color:inherit;text-decoration:none}
        .bar nav{margin-left:auto;display:flex;gap:.5rem}
        .count{color:var(--soft)}
        .live{color:var(--good)}.live::before{content:"● "}.live.paused{color:var(--soft)}.live.paused::before{content:"‖ "}
        .button{display:inline-block;font:inherit;font-size:.87em;line-height:1.4;color:var(--ink);background:var(--card);
        border:1px solid var(--line);border-radius:.4rem;padding:.3rem .75rem;cursor:pointer;text-decoration:none}
        .button:hover{border-color:var(--soft)}
        :focus-visible{outline:2px solid var(--link);outline-offset:2px}
        .control{margin-bottom:1rem;color:var(--soft)}
        .control summary,details summary{cursor:pointer}
        .control form{display:flex;flex-wrap:wrap;gap:.6rem;align-items:end;margin:.6rem 0}
        .control label{flex:1 1 14rem;font-size:.87em}
        .control input{display:block;width:100%;font:inherit;color:var(--ink);background:var(--card);border:1px solid var(--line);
        border-radius:.4rem;padding:.3rem .6rem}
        .control input::placeholder{color:var(--soft)}
        .fault{color:var(--bad);background:var(--bad-ground);padding:.1rem .4rem;border-radius:.3rem}
        .empty{text-align:center;padding:5rem 1rem;color:var(--soft)}.empty h2{color:var(--ink);margin-bottom:.5rem}
        .card{background:var(--card);border:1px solid var(--line);border-radius:.6rem;margin-bottom:1rem;overflow:hidden}
        .card.bad{border-color:var(--bad)}
        .meta{display:flex;flex-wrap:wrap;gap:.25rem .75rem;align-items:baseline;padding:.5rem 1rem;color:var(--soft);
        border-bottom:1px solid var(--line);font-size:.87em}
        .kind{font-weight:650;color:var(--accent)}
        .answer{color:var(--good)}.bad .answer{color:var(--bad);font-weight:650}
        .meta time{margin-left:auto;font-variant-numeric:tabular-nums}
        .reason{padding:.5rem 1rem;background:var(--bad-ground);color:var(--bad)}
        .slack{display:flex;gap:.75rem;padding:1rem}
        .slack .body{flex:1;min-width:0}
        .edited{padding:.5rem 1rem 0;color:var(--soft);font-size:.87em}.also{font-weight:650}
        .thread{margin:0 1rem 1rem 2.2rem;border-left:2px solid var(--line)}.thread .slack{padding:.4rem 1rem}
        .avatar{flex:none;width:2.4rem;height:2.4rem;border-radius:.4rem;background:var(--code);display:grid;place-items:center}
        .sender{line-height:1.3}.app{font-size:.67em;font-weight:650;color:var(--soft);background:var(--code);padding:.05rem .25rem;
        border-radius:.2rem;vertical-align:.1em}
        .slack h2{font-size:1.13rem;line-height:1.35;margin:.35rem 0}
        .section{margin:.35rem 0}
        .fields{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:.45rem 1.2rem;margin:.5rem 0}
        .fields:empty{display:none}.field.wide{grid-column:1/-1}
        .context{color:var(--soft);font-size:.85em;margin:.45rem 0;display:flex;flex-wrap:wrap;gap:.1rem .9rem}
        .actions{display:flex;flex-wrap:wrap;gap:.5rem;margin:.6rem 0}.actions .button{font-weight:650}
        .actions a{text-decoration:none}
        .slack hr{border:0;border-top:1px solid var(--line);margin:.75rem 0}
        .attachment{position:relative;padding-left:1rem;margin:.4rem 0}
        .strip{position:absolute;left:0;top:0;width:4px;height:100%;border-radius:2px}
        .title{font-weight:650}
        .mention{color:var(--accent);background:var(--bad-ground);border-radius:.2rem;padding:0 .15rem}
        .preview{margin-top:.6rem;color:var(--soft);font-size:.85em}.image{color:var(--soft)}
        blockquote{margin:.2rem 0;padding-left:.75rem;border-left:4px solid var(--line)}
        .section code,.field code,.context code{color:var(--accent);background:var(--code);border:1px solid var(--line);border-radius:.2rem;
        padding:0 .2rem}
        pre{margin:.4rem 0;white-space:pre-wrap}
        pre.text{background:var(--code);border:1px solid var(--line);border-radius:.4rem;padding:.6rem .75rem}
        pre.code{background:var(--code);margin:0;padding:.75rem 1rem;max-height:60vh;overflow:auto}
        .raw pre.code{border:1px solid var(--line);border-radius:.4rem;max-height:none}
        .mail{padding:1rem}.mail h2{font-size:1.13rem;line-height:1.35}
        .mail dl{display:grid;grid-template-columns:auto 1fr;gap:0 .75rem;margin:.35rem 0 .8rem;font-size:.9em}
        .mail dt{color:var(--soft)}.mail dd{margin:0}
        .mail iframe{width:100%;height:32rem;border:1px solid var(--line);border-radius:.4rem;background:Canvas;resize:vertical}
        .mail details{margin-top:.5rem;color:var(--soft)}.mail details pre{color:var(--ink)}
        .defects{color:var(--bad);margin:.3rem 0;padding-left:1.2rem}
        .parts{color:var(--soft);font-size:.87em}
        @media (max-width:30rem){.fields{grid-template-columns:1fr}}
        .raw h2{font-size:1rem;margin:1.2rem 0 .4rem}.raw h2 small{font-weight:400;color:var(--soft)}
        .raw table{border-collapse:collapse;width:100%;font-size:.87em}
        .raw th{width:1%;text-align:left;font-weight:400;color:var(--soft);padding:.1rem 1rem .1rem 0;vertical-align:top;white-space:nowrap}

        """
}
