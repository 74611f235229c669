/** The look of a report: calm, dense, readable in a hand and on paper. */

export const REPORT_STYLE = `
:root{color-scheme:light;--page:#f6f8f7;--panel:#fff;--line:#dde4e0;--text:#14211c;--quiet:#54635d;--accent:#0b6b62}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:14px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;-webkit-text-size-adjust:100%}
header,main,footer{max-width:1000px;margin:0 auto;padding:0 16px}
header{padding-top:32px}
h1{font-size:32px;line-height:1.2;margin:0 0 8px;overflow-wrap:anywhere}
h2{font-size:18px;margin:40px 0 12px;padding-bottom:4px;border-bottom:1px solid var(--line)}
h3{font-size:14px;margin:0 0 12px}
.scroll+h3{margin-top:20px}
p,li{max-width:76ch;overflow-wrap:anywhere}
p{margin:0 0 12px}
.quiet,figcaption{color:var(--quiet)}
.lead{font-size:18px;line-height:1.45;max-width:64ch}
ul{margin:0 0 12px;padding-left:20px}
li{margin-bottom:4px}
a{color:var(--accent)}
nav ul{list-style:none;margin:16px 0 0;padding:0;display:flex;flex-wrap:wrap;gap:4px 16px}
.numbers{display:grid;grid-template-columns:repeat(auto-fit,minmax(280px,1fr));gap:12px;margin:16px 0 0}
.number{background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:12px}
.number dt{font-size:12px;color:var(--quiet);line-height:1.35}
.numbers+.quiet,.scroll+.quiet{margin-top:8px}
.number dd{margin:0}
.number .value{font-size:24px;line-height:1.3;font-variant-numeric:tabular-nums}
.number .figure{white-space:nowrap}
.number .unit{font-size:14px;color:var(--quiet)}
.number .of{font-size:12px;color:var(--quiet);display:block;overflow-wrap:anywhere}
figure{background:var(--panel);border:1px solid var(--line);border-radius:6px;margin:0 0 16px;padding:16px}
figure svg{display:block;max-width:100%;height:auto}
figcaption{margin-top:12px;max-width:84ch}
.narrow{display:none}
details{margin-top:12px}
summary{cursor:pointer;color:var(--accent);padding:4px 0}
.scroll{overflow:auto;max-height:480px;border:1px solid var(--line);border-radius:6px;background:linear-gradient(transparent,var(--panel) 70%) 0 100%/100% 40px no-repeat local,linear-gradient(transparent,rgba(20,33,28,.25)) 0 100%/100% 12px no-repeat scroll,var(--panel)}
table{border-collapse:collapse;font-size:12px;width:100%}
th,td{padding:4px 8px;text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums;border-bottom:1px solid var(--line);vertical-align:top}
thead th{position:sticky;top:0;background:var(--panel);text-align:right;white-space:normal;vertical-align:bottom;min-width:72px}
th:first-child,td:first-child,.text{text-align:left!important}
th[scope=row]{font-weight:400}
.wrap{white-space:normal;min-width:240px}
.hash{font-family:ui-monospace,monospace;font-size:11px}
pre{margin:0;padding:12px;font:12px/1.5 ui-monospace,SFMono-Regular,Menlo,monospace}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
footer{padding-top:24px;padding-bottom:48px;color:var(--quiet);font-size:12px}
@media (max-width:640px){
 h1{font-size:24px}
 .numbers{grid-template-columns:repeat(auto-fit,minmax(150px,1fr))}
 .lead{font-size:16px}
 .wide{display:none!important}
 .narrow{display:block!important}
 figure{padding:12px 8px;margin-left:-8px;margin-right:-8px}
}
@media print{
 body{background:#fff}
 .wide{display:block!important}
 .narrow,nav,.scrolls{display:none!important}
 figure{break-inside:avoid;border:0;padding:0}
 .scroll{max-height:none;overflow:visible;border:0}
 h2,h3{break-after:avoid}
 pre{white-space:pre-wrap}
}
`;
