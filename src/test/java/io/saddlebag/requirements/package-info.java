/**
 * Which test holds which requirement: tests carry ids as tags ({@code @Tag("M6")}), a listener in each test JVM notes
 * their outcomes, and {@link io.saddlebag.requirements.RequirementReport} makes one table of them at the end.
 */
@NullMarked
package io.saddlebag.requirements;

import org.jspecify.annotations.NullMarked;
