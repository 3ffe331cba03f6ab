/** The first backup: the whole product on a real database, run by {@code scripts/first-backup} and by a test. */
package io.saddlebag.demo;
