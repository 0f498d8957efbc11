// Checks the status page on narrow screens, with a keyboard and with a screen reader: node page.mjs URL PICTURES.
// Prints ok or FAIL and a name for each item; exits with 1 if one failed.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const [url, pictures] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let failed = false;

function check(name, problems) {
  const none = problems.length === 0;
  failed ||= !none;
  console.log(none ? `ok   ${name}` : `FAIL ${name}: ${problems.join('; ')}`);
}

// As root, Chromium cannot use its own sandbox; it loads only pages of Warren.
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] });

async function open(options, then) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(url);
  await then(page);
  await context.close();
}

for (const colorScheme of ['light', 'dark']) {
  for (const width of [320, 1180]) {
    await open({ colorScheme, viewport: { width, height: 900 } }, async page => {
      await page.waitForSelector('body[data-shown]');
      // Runs outside the page, because the page's policy forbids other scripts.
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      const serious = violations.filter(v => v.impact === 'serious' || v.impact === 'critical');
      check(`axe finds nothing serious, ${width} px, ${colorScheme}`, serious.map(v => `${v.id} (${v.nodes.map(n => n.target).join(', ')})`));
    });
  }
}

await open({ viewport: { width: 320, height: 900 } }, async page => {
  await page.waitForSelector('body[data-shown]');
  const seen = await page.evaluate(() => {
    const box = element => element.getBoundingClientRect();
    return {
      overflow: document.documentElement.scrollWidth,
      states: [...document.querySelectorAll('#mounts tbody tr')].map(row => row.cells[0].textContent + ' ' + (box(row.cells[0]).right <= innerWidth)),
      paths: [...document.querySelectorAll('#mounts tbody tr')].map(row => box(row.cells[1]).left < innerWidth - 40),
      scopes: [...document.querySelectorAll('th')].filter(th => th.scope !== 'col').length,
      regions: [...document.querySelectorAll('.scroll')].filter(r => r.tabIndex !== 0 || !document.getElementById(r.getAttribute('aria-labelledby'))).length,
      labels: [...document.querySelectorAll('svg text')].map(t => ({ text: t.textContent, left: box(t).left, right: box(t).right, top: box(t).top, height: box(t).height })),
    };
  });
  check('at 320 px nothing is wider than the window', seen.overflow <= 320 ? [] : [`it is ${seen.overflow} px wide`]);
  check('at 320 px the state comes first', seen.states.filter(s => !/^(up|failed) true$/.test(s)).concat(seen.states.length ? [] : ['no mounts']));
  check('and the path after it is there without scrolling', seen.paths.every(Boolean) ? [] : ['it is not']);
  check('heads of columns have a scope', seen.scopes ? [`${seen.scopes} have none`] : []);
  check('what scrolls can be reached with the keyboard and has a name', seen.regions ? [`${seen.regions} cannot`] : []);
  check('at 320 px labels of axes can be read', seen.labels.filter(l => l.height < 11).map(l => `'${l.text}' is ${l.height} px high`).concat(seen.labels.length ? [] : ['there are none']));
  const overlaps = seen.labels.flatMap((a, i) => seen.labels.slice(i + 1).filter(b => Math.abs(a.top - b.top) < 5 && a.left < b.right && b.left < a.right).map(b => `'${a.text}' and '${b.text}'`));
  check('at 320 px labels of axes do not overlap', overlaps);
  await page.screenshot({ path: `${pictures}/status-narrow.png`, fullPage: true });
});

await open({ javaScriptEnabled: false }, async page => {
  const text = await page.innerText('body');
  check('without JavaScript it says where to look', text.includes('needs JavaScript') && text.includes('/readyz') ? [] : [text.slice(0, 200)]);
});

await browser.close();
process.exit(failed ? 1 : 0);
