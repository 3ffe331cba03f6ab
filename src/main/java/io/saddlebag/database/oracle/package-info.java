/**
 * Oracle databases on this machine as a database adapter (W12, W13), through SQL*Plus or a JDBC driver of the host's. No real
 * Oracle was driven by the tests: what it says is from its documentation and published sessions, and can be recorded at a site.
 */
@NullMarked
package io.saddlebag.database.oracle;

import org.jspecify.annotations.NullMarked;
