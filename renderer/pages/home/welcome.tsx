// Home before anything was run: what the program is for, and what the sample will show.
import { useTranslation } from 'react-i18next'
import { Link } from '../../layout/link.tsx'
import styles from './home-page.module.css'
import { RunSampleButton } from '../run-sample-button.tsx'
import { WelcomePicture } from './welcome-picture.tsx'

export function Welcome() {
  const { t } = useTranslation('home')
  return (
    <>
      <section className={styles.hero}>
        <div>
          <h1 className={styles.heroTitle}>{t('hero.title')}</h1>
          <p className={styles.heroText}>{t('hero.description')}</p>
          <div className={styles.heroActions}>
            <RunSampleButton size="large" />
            <Link to={{ page: 'datasets' }}>{t('hero.addData')}</Link>
          </div>
        </div>
        <WelcomePicture />
      </section>
      <section>
        <h2 className={styles.sectionTitle}>{t('steps.title')}</h2>
        <ol className={styles.steps}>
          {(['data', 'train', 'result'] as const).map((step, index) => (
            <li key={step} className={styles.step}>
              <span className={styles.stepNumber} aria-hidden>
                {index + 1}
              </span>
              <h3 className={styles.stepTitle}>{t(`steps.${step}.title`)}</h3>
              <p className={styles.stepText}>{t(`steps.${step}.description`)}</p>
            </li>
          ))}
        </ol>
      </section>
    </>
  )
}
