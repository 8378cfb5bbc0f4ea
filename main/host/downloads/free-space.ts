// What shall be written where in, a refusal in words out when a disk has no room for it.
import { stat } from 'node:fs/promises'
import checkDiskSpace from 'check-disk-space'
import { TransferFault } from './fault.ts'

export type Need = { folder: string; bytes: number }

/** Bytes that stay free in any case. */
export const MARGIN = 64e6

/** Free bytes of the disk on which a folder lies. */
export type FreeSpace = (folder: string) => Promise<number>

export const freeSpace: FreeSpace = async (folder) => (await checkDiskSpace(folder)).free

/**
 * Folders on the same disk are counted together.
 * @param deviceOf tells disks apart; tests give their own
 * @throws TransferFault `no-space`
 */
export async function expectSpace(
  needs: readonly Need[],
  free: FreeSpace,
  deviceOf: (folder: string) => Promise<number> = async (folder) => (await stat(folder)).dev,
): Promise<void> {
  const disks = new Map<number, Need>()
  for (const { folder, bytes } of needs) {
    const device = await deviceOf(folder)
    const known = disks.get(device)
    disks.set(device, { folder: known?.folder ?? folder, bytes: (known?.bytes ?? 0) + bytes })
  }
  for (const { folder, bytes } of disks.values()) {
    const found = await free(folder)
    if (found < bytes + MARGIN)
      throw new TransferFault('no-space', { folder, needed: bytes + MARGIN, free: found }, 'never')
  }
}
