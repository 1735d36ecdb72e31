// The parts of flatbuffers that the metadata of Arrow IPC is made of. All of it throws a `RangeError` beyond the view.

/** The table that the offset at `position` leads to. */
export function tableAt(view: DataView, position: number): number {
  return position + view.getUint32(position, true)
}

/** Where a field of a table lies; 0 when it is left out. */
export function fieldAt(view: DataView, table: number, field: number): number {
  const vtable = table - view.getInt32(table, true)
  const slot = 4 + field * 2
  const offset = slot < view.getUint16(vtable, true) ? view.getUint16(vtable + slot, true) : 0
  return offset === 0 ? 0 : table + offset
}

/** The elements of a vector; none when the field is left out. */
export function vectorAt(
  view: DataView,
  table: number,
  field: number,
  elementBytes: number,
): { start: number; count: number } {
  const position = fieldAt(view, table, field)
  if (position === 0) return { start: 0, count: 0 }
  const vector = tableAt(view, position)
  const count = view.getUint32(vector, true)
  const start = vector + 4
  if (count * elementBytes > view.byteLength - start) throw new RangeError('more elements than bytes')
  return { start, count }
}
