// Stands for a user without HOME and without an entry in passwd.
require('node:os').homedir = () => {
  throw new Error('ENOENT: no such file or directory, uv_os_homedir');
};
