import { rowsOfItems, rowsOfMessages } from '../../console/rows';

describe('the rows of a table', () => {
  test('begin with the key attributes, and have the others by name', () => {
    const items = [
      { b: { N: '7' }, id: { S: 'x' }, a: { BOOL: true } },
      { id: { S: 'y' }, z: { S: 'last' } },
    ];
    expect(rowsOfItems(['id'], items, false)).toEqual({
      columns: ['id', 'a', 'b', 'z'],
      rows: [
        ['x', 'true', '7', ''],
        ['y', '', '', 'last'],
      ],
      more: false,
    });
  });

  test('show lists, maps and sets as JSON without their types', () => {
    const value = { M: { list: { L: [{ N: '1' }, { S: 'a' }, { NULL: true }] }, numbers: { NS: ['1', '2'] } } };
    const { rows } = rowsOfItems(['id'], [{ id: { S: 'x' }, value }], true);
    expect(rows).toEqual([['x', '{"list":[1,"a",null],"numbers":[1,2]}']]);
  });

  test('have the columns of the keys if the table is empty', () => {
    expect(rowsOfItems(['pk', 'sk'], [], false)).toEqual({ columns: ['pk', 'sk'], rows: [], more: false });
  });
});

describe('the rows of a queue', () => {
  const message = { body: '{"order":1}', sentAt: Date.UTC(2030, 0, 2), receiveCount: 2, state: 'in flight' as const };

  test('show the time, the state and the number of receives', () => {
    expect(rowsOfMessages([message], false)).toEqual({
      columns: ['Sent', 'State', 'Received', 'Body'],
      rows: [['2030-01-02T00:00:00.000Z', 'in flight', '2 times', '{"order":1}']],
      more: false,
    });
  });

  test('show the message group of a FIFO queue', () => {
    const { columns, rows } = rowsOfMessages([{ ...message, group: 'customer-1' }], false);
    expect(columns).toEqual(['Sent', 'State', 'Received', 'Group', 'Body']);
    expect(rows[0]).toContain('customer-1');
  });
});
