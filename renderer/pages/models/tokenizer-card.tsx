// A text that a person types in, the pieces and ids that the model's vocabulary makes of it out.
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TokenizedText } from '../../../main/contract/models.ts'
import type { ModelRecord } from '../../../main/contract/records.ts'
import { hostErrorOf, type Remote } from '../../stores/remote.ts'
import { useStores } from '../../stores/use-stores.ts'
import { Card } from '../../ui/card.tsx'
import { classes } from '../../ui/classes.ts'
import { TextField } from '../../ui/text-field.tsx'
import { HostErrorBanner } from '../host-error.tsx'
import styles from './models.module.css'

export function TokenizerCard({ model: { id, tokenizer, available } }: { model: ModelRecord }) {
  const { t } = useTranslation('models')
  const { models } = useStores()
  const [text, setText] = useState<string>(EXAMPLES[tokenizer])
  const [found, setFound] = useState<Remote<TokenizedText> | null>(null)

  useEffect(() => {
    let wanted = true
    const started = available
      ? models.tokenize({ model_id: id, text: text.slice(0, LONGEST), do_lower_case: true })
      : Promise.resolve(null)
    started.then(
      (value) => wanted && setFound(value && { status: 'ready', value }),
      (thrown: unknown) => wanted && setFound({ status: 'failed', error: hostErrorOf(thrown) }),
    )
    return () => {
      wanted = false
    }
  }, [models, id, text, available])

  return (
    <Card title={t('tokenizer.title')} description={t('tokenizer.description')}>
      <div className={styles.stack}>
        <TextField label={t('tokenizer.text')} value={text} onValueChange={setText} maxLength={LONGEST} />
        {found?.status === 'failed' && <HostErrorBanner error={found.error} />}
        {found?.status === 'ready' && (
          <>
            <ol className={styles.pieces} aria-label={t('tokenizer.pieces')}>
              {found.value.pieces.map(({ piece, id: number }, index) => (
                <li key={index} className={classes(number === found.value.unk && styles.unknown)}>
                  <span>{piece}</span>
                  <span>{number}</span>
                </li>
              ))}
            </ol>
            <p className={styles.note}>{t('tokenizer.count', { count: found.value.pieces.length })}</p>
          </>
        )}
      </div>
    </Card>
  )
}

const LONGEST = 2000
/** In the language of the vocabularies, not of the window. */
const EXAMPLES = {
  sentencepiece: 'ALBERT shares its weights across all layers.',
  wordpiece: '今天的天气很好。',
} as const
