// The addresses of the site that the families go through.

/** Every action: `POST /api/{name}`. */
export const actions = [
  'sign_up', 'verify_email', 'resend_confirmation', 'sign_in', 'sign_out', 'confirm_sudo', 'request_sudo_code',
  'confirm_sudo_by_code', 'update_profile', 'request_email_change', 'confirm_email_change', 'cancel_email_change',
  'cancel_email_change_by_link', 'undo_email_change', 'request_password_reset', 'reset_password', 'change_password',
  'set_password', 'continue_with_provider', 'unlink_provider', 'revoke_session', 'revoke_other_sessions',
  'create_api_token', 'revoke_api_token', 'revoke_all_api_tokens', 'request_export', 'disown_event',
  'schedule_deletion', 'cancel_deletion', 'sign_up_with_provider',
];

/** Actions that only a signed-in person may call. */
export const ownActions = actions.slice(2).filter((name) =>
  !['sign_in', 'sign_out', 'cancel_email_change_by_link', 'undo_email_change', 'request_password_reset', 'reset_password', 'continue_with_provider', 'sign_up_with_provider'].includes(name));

/** Actions that need sudo mode, with fields that are otherwise fine. */
export const sudoActions = {
  request_email_change: { new_email: 'someone-else@example.com' },
  create_api_token: { name: 'x', scope: 'write', expires: '7' },
  revoke_session: { session: '0'.repeat(32) },
  revoke_other_sessions: {},
  revoke_all_api_tokens: {},
  request_export: {},
  disown_event: { event: '1' },
  schedule_deletion: {},
};

/** Pages with something private in them. */
export const privatePages = [
  '/dashboard', '/users/settings', '/users/settings/profile', '/users/settings/email', '/users/settings/password',
  '/users/settings/providers', '/users/settings/sessions', '/users/settings/api-tokens', '/users/settings/export',
  '/users/settings/security-log', '/users/settings/delete', '/users/sudo',
];

export const publicPages = ['/', '/users/register', '/users/log-in', '/users/reset-password'];
