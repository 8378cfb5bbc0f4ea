// The page's beginning: picks the transport, connects, and puts the window on the page.
import { connect } from '../main/contract/connect.ts'
import { mount } from './mount.tsx'
import { electronTransport } from './transports/electron.ts'
import { httpTransport } from './transports/http.ts'

void mount(connect(electronTransport() ?? httpTransport()))
