// The models that are on this machine, as a table.
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../i18n/format.ts'
import { useModels } from '../../stores/use-stores.ts'
import { Card } from '../../ui/card.tsx'
import { cell, Table } from '../../ui/table.tsx'
import { RemoteView } from '../remote-view.tsx'

export function OnThisMachine() {
  const { t } = useTranslation('models')
  const { compact, integer } = useFormat()
  const models = useModels()
  return (
    <Card title={t('here.title')} flush>
      <RemoteView of={models}>
        {(all) => (
          <Table
            label={t('here.label')}
            head={
              <tr>
                <th scope="col">{t('here.name')}</th>
                <th scope="col" className={cell.numeric}>
                  {t('here.parameters')}
                </th>
                <th scope="col" className={cell.numeric}>
                  {t('here.layers')}
                </th>
                <th scope="col" className={cell.numeric}>
                  {t('here.hidden')}
                </th>
                <th scope="col">{t('here.weights')}</th>
              </tr>
            }
          >
            {all.map(({ id, name, parameters, albert_config, pretrained }) => (
              <tr key={id}>
                <td>{name}</td>
                <td className={cell.numeric}>{compact(parameters)}</td>
                <td className={cell.numeric}>{integer(albert_config.num_hidden_layers)}</td>
                <td className={cell.numeric}>{integer(albert_config.hidden_size)}</td>
                <td>{t(pretrained ? 'here.trained' : 'here.fresh')}</td>
              </tr>
            ))}
          </Table>
        )}
      </RemoteView>
    </Card>
  )
}
