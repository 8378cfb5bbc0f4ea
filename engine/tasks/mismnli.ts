// MNLI mismatched: trained as MNLI, tested on genres that training does not have. run_glue.sh leaves it out.
import { mnliTestedOn } from './mnli.ts'

export const mismnli = mnliTestedOn('mismatched', {
  name: 'MisMNLI',
  title: 'Multi-Genre Natural Language Inference, mismatched',
  submission: 'MNLI-mm.tsv',
})
