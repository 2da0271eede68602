/**
 * A doubly linked list whose members can be removed from the middle in constant time. The links are
 * members of the values.
 *
 * @module
 */

/** A value that is in at most one list: remove it before adding it to another. */
export interface Linked<T extends Linked<T>> {
  /** The list that the value is in; undefined if it is in none. */
  list: LinkedList<T> | undefined;
  previous: T | undefined;
  next: T | undefined;
}

/** Values in order. */
export class LinkedList<T extends Linked<T>> {
  first: T | undefined = undefined;
  last: T | undefined = undefined;

  /** Adds a value at the end. */
  push(value: T): void {
    value.list = this;
    value.previous = this.last;
    value.next = undefined;
    if (this.last === undefined) this.first = value;
    else this.last.next = value;
    this.last = value;
  }

  /** Removes a value, which must be in this list. */
  remove(value: T): void {
    if (value.previous === undefined) this.first = value.next;
    else value.previous.next = value.next;
    if (value.next === undefined) this.last = value.previous;
    else value.next.previous = value.previous;
    value.list = undefined;
    value.previous = undefined;
    value.next = undefined;
  }
}
