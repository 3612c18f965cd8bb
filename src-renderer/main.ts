import { mount } from 'svelte';
import './ui/tokens.css';
import './ui/base.css';
import DesignPage from './app/design/DesignPage.svelte';
import { Shell, Workbench } from './app/index.ts';
import { connect } from './client/index.ts';
import NotStarted from './app/NotStarted.svelte';
import LibraryWorkspace from './workspaces/library/LibraryWorkspace.svelte';
import ReviewWorkspace from './workspaces/review/ReviewWorkspace.svelte';

/** The composition root of the window: the client, the shell over it, the workspaces in the shell. */
const target = document.getElementById('app');
if (!target) throw new Error('index.html has no place for the app');

try {
  const shell = new Shell(await connect());
  mount(Workbench, {
    target,
    props: { shell, views: { library: LibraryWorkspace, review: ReviewWorkspace, design: DesignPage } },
  });
  await shell.start();
} catch (error) {
  mount(NotStarted, { target, props: { error } });
}
