package io.saddlebag.camel.folder;

import org.apache.camel.CamelContext;

/**
 * Makes the Camel contexts in which files are tried out. They have the same beans, properties and components as the one
 * that will run the routes, and none of its routes.
 *
 * <p>A dry run builds routes and never starts anything: the context is only initialised, so components, endpoints,
 * consumers, producers, timers and schedulers stay unstarted. Components that open or create something must do that in
 * {@code doStart} of a consumer or producer, never in a constructor, {@code createEndpoint} or {@code doInit}.
 */
@FunctionalInterface
public interface ScratchContextFactory {
    /** A new context, neither initialised nor started; the caller closes it. */
    CamelContext create() throws Exception;
}
