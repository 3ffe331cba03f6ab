/**
 * The encryption layer of images: files in the age format, version 1 (https://c2sp.org/age), for X25519 recipients or one
 * password, so that {@code age -d} opens what is written here, and the other way round. Primitives are the JDK's and
 * BouncyCastle's. Does not know where keys are kept.
 */
@NullMarked
package io.saddlebag.age;

import org.jspecify.annotations.NullMarked;
