/**
 * A doubly linked list whose members can be removed from the middle in constant time.
 *
 * @module
 */

/** The place of a value in a list. It is made once per value, and moves between lists. */
export class Link<T> {
  readonly value: T;
  /** The list that the link is in; undefined if it is in none. */
  list: LinkedList<T> | undefined = undefined;
  previous: Link<T> | undefined = undefined;
  next: Link<T> | undefined = undefined;

  constructor(value: T) {
    this.value = value;
  }
}

/** Values in order. A link is in one list at most: remove it before it goes to another. */
export class LinkedList<T> {
  first: Link<T> | undefined = undefined;
  last: Link<T> | undefined = undefined;

  /** Adds a link at the end. */
  push(link: Link<T>): void {
    link.list = this;
    link.previous = this.last;
    link.next = undefined;
    if (this.last === undefined) this.first = link;
    else this.last.next = link;
    this.last = link;
  }

  /** Adds a link at the front. */
  unshift(link: Link<T>): void {
    link.list = this;
    link.previous = undefined;
    link.next = this.first;
    if (this.first === undefined) this.last = link;
    else this.first.previous = link;
    this.first = link;
  }

  /** Removes a link, which must be in this list. */
  remove(link: Link<T>): void {
    if (link.previous === undefined) this.first = link.next;
    else link.previous.next = link.next;
    if (link.next === undefined) this.last = link.previous;
    else link.next.previous = link.previous;
    link.list = undefined;
    link.previous = undefined;
    link.next = undefined;
  }
}
