/** The configuration file {@code config/saddlebag.yaml}: read, checked, and errors that name file, line and option. */
@NullMarked
package io.saddlebag.app.config;

import org.jspecify.annotations.NullMarked;
