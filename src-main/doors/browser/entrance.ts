/**
 * What is served without a session: a page that takes the code from the URL's fragment (which no browser sends to
 * anyone), hands it in, and goes on to the window; or says in one sentence that the code is dead.
 */
export const ENTRANCE_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="dark">
<title>Fluence</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/entrance.css">
<script type="module" src="/entrance.js"></script>
</head>
<body><main><h1>Fluence</h1><p id="message" role="status">Opening…</p></main></body>
</html>
`;

export const DEAD_CODE =
  'This link has been used or is over a minute old: start Fluence again to get a new one.';

// What follows the code is where in the window to begin: '#CODE/review/1.2.3'.
export const ENTRANCE_SCRIPT = `const [code, ...route] = location.hash.slice(1).split('/');
history.replaceState(null, '', '/');
const entered = code !== '' && (await fetch('/enter', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ code }),
}).then((answer) => answer.text().then(() => answer.ok)).catch(() => false));
if (entered) {
  if (route.length > 0) history.replaceState(null, '', '/#/' + route.join('/'));
  location.reload();
} else document.getElementById('message').textContent = ${JSON.stringify(DEAD_CODE)};
`;

export const ENTRANCE_STYLE = `body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #101214; color: #e6e8eb; font: 15px/1.5 system-ui, sans-serif; }
main { text-align: center; padding: 24px; }
h1 { font-weight: 500; font-size: 22px; margin: 0 0 8px; }
p { margin: 0; color: #a9b0b8; }
`;
