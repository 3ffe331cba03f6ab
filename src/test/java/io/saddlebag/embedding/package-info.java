/** The built jar inside host applications: Camel Main, Spring Boot, the Camel command line. */
@NullMarked
package io.saddlebag.embedding;

import org.jspecify.annotations.NullMarked;
