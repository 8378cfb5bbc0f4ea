// A drawing, not data: one layer, used again and again, and text going through it. It says nothing that the words beside it do not.
import styles from './home-page.module.css'

const LAYERS = 6
const PIECES = [34, 22, 44, 18, 38, 26]

export function WelcomePicture() {
  return (
    <svg className={styles.picture} viewBox="0 0 360 220" fill="none" aria-hidden>
      {Array.from({ length: LAYERS }, (_, index) => {
        const depth = LAYERS - 1 - index
        return (
          <rect
            key={index}
            x={96 + depth * 13}
            y={28 + depth * 13}
            width="186"
            height="84"
            rx="9"
            fill={depth === 0 ? 'var(--color-accent-soft)' : 'var(--color-surface)'}
            stroke={depth === 0 ? 'var(--color-accent)' : 'var(--color-border-strong)'}
            strokeWidth={depth === 0 ? 1.6 : 1}
            strokeOpacity={depth === 0 ? 1 : 0.75 - depth * 0.1}
          />
        )
      })}
      <g stroke="var(--color-accent)" strokeWidth="1.3" strokeLinecap="round">
        {PIECES.flatMap((_, from) =>
          PIECES.map((__, to) => (
            <path
              key={`${from}-${to}`}
              d={`M${120 + from * 28} 96C${120 + from * 28} 72 ${120 + to * 28} 68 ${120 + to * 28} 44`}
              strokeOpacity={0.1 + 0.45 * Math.abs(Math.sin((from + 1) * (to + 2)))}
            />
          )),
        )}
      </g>
      {PIECES.map((_, index) => (
        <g key={index}>
          <circle cx={120 + index * 28} cy="44" r="3.6" fill="var(--color-accent)" />
          <circle cx={120 + index * 28} cy="96" r="3.6" fill="var(--color-accent)" />
        </g>
      ))}
      <g>
        {[0, 1, 2, 3].map((row) => (
          <g key={row}>
            <rect
              x="6"
              y={40 + row * 15}
              width={44 + PIECES[row]! * 0.55}
              height="6"
              rx="3"
              fill="var(--color-border-strong)"
              fillOpacity={0.75 - row * 0.14}
            />
          </g>
        ))}
      </g>
      <path
        d="M80 70h10m-4-4 4 4-4 4"
        stroke="var(--color-text-faint)"
        strokeWidth="1.4"
        strokeLinecap="round"
      />
    </svg>
  )
}
