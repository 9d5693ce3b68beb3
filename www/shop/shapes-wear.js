/** SVG shapes of shoes and clothing, on a 400 × 400 canvas; the products stand at y = 320. */

/** @type {Record<string, (ink: import("./pictures.js").Ink) => string>} */
export const WEAR = {
  sneaker: ({ main, dark, light, accent }) =>
    `<path d="M48 284h306c6 22-4 36-24 36H72c-20 0-28-14-24-36z" fill="#f4f0e8"/><path d="M48 300h308c0 14-10 20-26 20H72c-16 0-24-6-24-20z" fill="${accent}"/>` +
    `<path d="M56 286c-6-50-6-90 8-132 22 14 54 14 72-8l14-4c26 46 66 72 120 86 50 12 80 26 84 58z" fill="${main}"/>` +
    `<path d="M56 286c-4-36-6-66-2-94 34 6 58 34 66 94z" fill="${dark}"/>` +
    `<path d="M284 232c40 12 66 26 70 54h-92c-2-22 6-42 22-54z" fill="${light}"/>` +
    `<path d="M150 142c26 46 66 72 120 86l-22 26c-54-16-96-48-122-96z" fill="${light}"/>` +
    '<g stroke="#fffaf0" stroke-width="7" stroke-linecap="round"><path d="M160 192l26-24M182 212l24-26M206 230l22-28M230 244l20-26"/></g>' +
    `<path d="M110 286c30-6 60-30 76-64 20 26 30 44 74 64z" fill="${accent}" opacity=".75"/>`,
  boot: ({ main, dark, light, accent }) =>
    '<path d="M96 292h262c2 18-6 28-20 28h-32l-6-8-8 8h-36l-6-8-8 8h-36l-6-8-8 8H116c-14 0-22-10-20-28z" fill="#33302c"/>' +
    `<path d="M104 70h108c-4 40 0 78 20 104 34 12 76 22 104 44 16 14 22 42 20 76H98c-2-60 18-130 6-224z" fill="${main}"/>` +
    `<path d="M98 294c0-30 4-60 8-90 40 0 66 40 70 90zM290 206c42 14 68 34 66 88h-78c-4-34 0-64 12-88z" fill="${dark}"/>` +
    `<path d="M100 62h116v22H102z" fill="${light}"/>` +
    `<path d="M212 84c-2 36 4 68 22 92l-40 18c-22-28-26-66-22-110z" fill="${light}" opacity=".75"/>` +
    `<g stroke="${accent}" stroke-width="7" stroke-linecap="round">` +
    '<path d="M168 104l48-6M168 130l50-8M172 156l52-12M184 182l48-16M208 204l46-18"/></g>',
  heel: ({ main, dark, light }) =>
    `<path d="M56 108c18 50 18 120 12 212h14c4-60 14-100 34-128z" fill="${dark}"/>` +
    '<path d="M56 108c30 10 56 28 78 62 40 62 92 82 154 94 38 8 68 22 72 50H284c-70 ' +
    `0-104-40-146-92-18-22-44-34-66-34-18-20-22-50-16-80z" fill="${main}"/>` +
    `<path d="M56 108c44 22 70 60 96 98 32 46 84 66 140 70-60 20-120-10-160-62-16-22-36-36-60-40z" fill="${dark}" opacity=".55"/>` +
    `<path d="M300 270c36 8 56 20 60 44h-60c-12-14-12-30 0-44z" fill="${light}" opacity=".5"/>`,
  sandal: ({ main, dark, light, accent }) =>
    '<path d="M46 268c60 14 120-10 180-2 60 6 116-6 128 16 8 24-8 38-36 38H80c-28 0-40-24-34-52z" fill="#c79a66"/>' +
    `<path d="M46 266c60 12 120-12 180-4 58 6 110-4 126 14-60 6-80 16-140 10s-120 10-166-8z" fill="${light}"/>` +
    `<path d="M212 266c4-56 34-92 74-86 34 6 52 40 50 88-12-4-24-6-36-6 2-34-8-54-26-56-22-2-34 24-36 62z" fill="${main}"/>` +
    `<path d="M70 270c0-60 14-104 42-120l24 12c-20 20-30 60-30 108z" fill="${dark}"/>` +
    `<path d="M112 150c40 10 80 50 110 80l-14 22c-28-36-58-66-92-82z" fill="${main}"/>` +
    `<rect x="104" y="152" width="26" height="24" rx="5" fill="${accent}" transform="rotate(24 117 164)"/>`,
  oxford: ({ main, dark, light }) =>
    '<path d="M46 292h312c4 10 0 20-14 20H172l-6 8H66c-18 0-22-12-20-28z" fill="#2b2622"/>' +
    `<path d="M52 292c-4-48 0-90 14-128 24 10 48 8 70-10 30 40 68 58 122 70 62 14 96 30 100 68z" fill="${main}"/>` +
    `<path d="M52 292c-2-36 0-66 6-94 40 10 64 44 70 94zM268 226c60 14 86 30 90 66h-98c-8-24-6-46 8-66z" fill="${dark}"/>` +
    `<path d="M136 154c26 36 58 54 104 66l-20 30c-44-12-80-36-106-78z" fill="${light}" opacity=".55"/>` +
    '<g stroke="#f6efe2" stroke-width="5" stroke-linecap="round"><path d="M146 196l22-18M168 214l22-22M192 230l20-26"/></g>' +
    `<path d="M272 240c18 12 22 30 18 50" stroke="${light}" stroke-width="3" stroke-dasharray="3 6" fill="none"/>`,
  tshirt: ({ main, dark, light, accent }) =>
    '<path d="M140 74l-76 42 26 76 42-16v140a8 8 0 0 0 8 8h120a8 8 0 0 0 8-8V176l42 16 26-76-76-42c-14 24-36 34-60 34s-46-10-60-34z" ' +
    `fill="${main}"/><path d="M140 74c14 24 36 34 60 34s46-10 60-34l-14-8c-8 18-24 26-46 26s-38-8-46-26z" fill="${dark}"/>` +
    `<path d="M132 176c4 60 4 90 0 140M268 176c-4 60-4 90 0 140" stroke="${dark}" stroke-width="3" fill="none" opacity=".5"/>` +
    `<circle cx="200" cy="186" r="26" fill="${accent}"/><path d="M174 186a26 26 0 0 0 52 0z" fill="${light}"/>`,
  shirt: ({ main, dark, light }) =>
    `<path d="M146 70l-70 34-24 190 44 8 30-132v146a8 8 0 0 0 8 8h132a8 8 0 0 0 8-8V170l30 132 44-8-24-190-70-34z" fill="${main}"/>` +
    `<path d="M146 70l54 50 54-50-12-10h-84z" fill="${dark}"/>` +
    `<path d="M146 70l-12 22 44 46 22-24zM254 70l12 22-44 46-22-24z" fill="${light}"/>` +
    `<path d="M200 120v202" stroke="${dark}" stroke-width="3"/><g fill="${light}"><circle cx="208" cy="158" r="4.500"/>` +
    '<circle cx="208" cy="198" r="4.500"/><circle cx="208" cy="238" r="4.500"/><circle cx="208" cy="278" r="4.500"/></g>' +
    `<path d="M226 168h34v38l-17 10-17-10z" fill="${dark}" opacity=".35"/>`,
  sweater: ({ main, dark, light, accent }) =>
    '<path d="M150 78l-70 30-30 184 46 12 30-118v118a12 12 0 0 0 12 12h124a12 12 0 0 0 12-12V186l30 118 46-12-30-184-70-30z" ' +
    `fill="${main}"/><path d="M150 78c10 26 90 26 100 0l-8-14h-84z" fill="${dark}"/>` +
    '<path d="M126 288h148v16a12 12 0 0 1-12 12H138a12 12 0 0 1-12-12zM54 270l46 12-4 22-46-12zM346 270l-46 12 4 22 46-12z" ' +
    `fill="${dark}" opacity=".55"/><g fill="none" stroke="${light}" stroke-width="6">` +
    '<path d="M128 170l18-16 18 16 18-16 18 16 18-16 18 16 18-16 18 16"/>' +
    '<path d="M128 216l18-16 18 16 18-16 18 16 18-16 18 16 18-16 18 16"/></g>' +
    `<path d="M128 193l18-16 18 16 18-16 18 16 18-16 18 16 18-16 18 16" fill="none" stroke="${accent}" stroke-width="6"/>`,
  jacket: ({ main, dark, light, accent }) =>
    `<path d="M150 72l-76 34-26 194 50 10 26-96v106h152V214l26 96 50-10-26-194-76-34z" fill="${main}"/>` +
    `<path d="M150 72c12 30 88 30 100 0l6-16c-30-14-82-14-112 0z" fill="${dark}"/>` +
    `<g stroke="${dark}" stroke-width="3" opacity=".5" fill="none">` +
    '<path d="M126 148c50 10 98 10 148 0M124 194c50 10 102 10 152 0M124 240c50 10 102 10 152 0M124 284c50 8 102 8 152 0M66 170l52 10M58 ' +
    `226l48 10M334 170l-52 10M342 226l-48 10"/></g><path d="M200 96v224" stroke="${light}" stroke-width="6"/>` +
    `<rect x="194" y="104" width="12" height="20" rx="4" fill="${accent}"/>` +
    `<path d="M138 256l30 14M262 256l-30 14" stroke="${light}" stroke-width="5" stroke-linecap="round"/>`,
  dress: ({ main, dark, light, accent }) =>
    '<path d="M158 62c2 40-8 66-18 94 10 12 14 24 10 40-14 44-38 86-52 118 60 16 144 16 204 0-14-32-38-74-52-118-4-16 0-28 ' +
    `10-40-10-28-20-54-18-94l-14-4c-4 34-20 52-28 62-8-10-24-28-28-62z" fill="${main}"/>` +
    `<path d="M150 180h100l2 18H148z" fill="${accent}"/>` +
    `<path d="M200 120c-10-12-24-28-28-62l-14 4c2 30 14 60 42 92 28-32 40-62 42-92l-14-4c-4 34-18 50-28 62z" fill="${dark}"/>` +
    `<path d="M180 198c-6 50-20 90-34 124M216 198c10 50 22 90 36 122" stroke="${dark}" stroke-width="3" fill="none" opacity=".6"/>` +
    `<g fill="${light}"><circle cx="150" cy="262" r="5"/><circle cx="190" cy="244" r="5"/><circle cx="226" cy="274" r="5"/>` +
    '<circle cx="176" cy="296" r="5"/><circle cx="262" cy="292" r="5"/><circle cx="130" cy="300" r="5"/><circle cx="180" cy="164" r="4"/>' +
    '<circle cx="226" cy="152" r="4"/></g>',
  trousers: ({ main, dark, light, accent }) =>
    `<path d="M138 62h124l26 258h-66l-22-170-22 170h-66z" fill="${main}"/><path d="M138 62h124l3 26H135z" fill="${dark}"/>` +
    `<path d="M200 88v62" stroke="${dark}" stroke-width="4"/>` +
    `<path d="M140 92c2 22-4 34-8 42M260 92c-2 22 4 34 8 42" stroke="${light}" stroke-width="3" stroke-dasharray="4 4" fill="none"/>` +
    `<path d="M114 306h66l-2 14h-66zM220 306h66l2 14h-66z" fill="${light}"/><circle cx="200" cy="75" r="6" fill="${accent}"/>` +
    `<path d="M150 140l-12 150M250 140l12 150" stroke="${light}" stroke-width="8" opacity=".35"/>`,
  bag: ({ main, dark, light, accent }) =>
    `<path d="M150 150c-4-110 104-110 100 0" fill="none" stroke="${dark}" stroke-width="12"/>` +
    `<path d="M90 144h220l18 166a10 10 0 0 1-10 10H82a10 10 0 0 1-10-10z" fill="${main}"/>` +
    `<path d="M90 144h220l3 26H87z" fill="${dark}" opacity=".45"/><rect x="146" y="206" width="108" height="72" rx="8" fill="${light}"/>` +
    `<path d="M146 222h108" stroke="${dark}" stroke-width="3"/><circle cx="200" cy="250" r="12" fill="${accent}"/>`,
  hat: ({ main, dark, light, accent }) =>
    `<path d="M104 262c-6-110 40-160 96-160s102 50 96 160z" fill="${main}"/>` +
    `<rect x="88" y="250" width="224" height="60" rx="22" fill="${dark}"/>` +
    `<path d="M116 256v48M144 256v48M172 256v48M200 256v48M228 256v48M256 256v48M284 256v48" stroke="${main}" stroke-width="4"/>` +
    `<circle cx="200" cy="92" r="30" fill="${light}"/><circle cx="192" cy="86" r="10" fill="${accent}" opacity=".6"/>`,
};
